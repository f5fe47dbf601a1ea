//! The fields at the end of an error of nginx: `…, client: 1.2.3.4, server: shop, request: "GET / HTTP/1.1", host: "shop"`.

use std::ops::ControlFlow;

use super::access::closing_quote;

/// How they are written, and how they are called here.
const NAMES: [(&str, &str); 6] = [
    (", client: ", "remote"),
    (", server: ", "server"),
    (", request: ", "request"),
    (", upstream: ", "upstream"),
    (", host: ", "host"),
    (", referrer: ", "referer"),
];

/// Tells of the fields of the message that begins at `from`.
pub(super) fn fields<'a>(
    text: &'a str,
    from: usize,
    put: &mut impl FnMut(&'static str, &'a str) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let Some(start) = text.get(from..).and_then(|message| message.find(NAMES[0].0)) else {
        return ControlFlow::Continue(());
    };
    let mut rest = &text[from + start..];
    while let Some((name, value)) =
        NAMES.iter().find_map(|(written, name)| rest.strip_prefix(written).map(|value| (*name, value)))
    {
        let (value, after) = match value.strip_prefix('"') {
            Some(inner) => {
                let end = closing_quote(inner.as_bytes(), 0).unwrap_or(inner.len());
                (&inner[..end], inner.get(end + 1..).unwrap_or_default())
            }
            None => value.split_at(value.find(',').unwrap_or(value.len())),
        };
        rest = after;
        if name == "request" {
            let mut words = value.split(' ');
            for name in ["method", "path"] {
                if let Some(word) = words.next() {
                    put(name, word)?;
                }
            }
        } else {
            put(name, value)?;
        }
    }
    ControlFlow::Continue(())
}
