//! The frame decoder, and the way of its lines into a store: whatever an engine sends, however it is cut on the way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_fuzz::core::logs::{
    Batch, Format, FrameError, Framer, KEPT_BYTES, RawLine, Resume, Resumed, Row, Store, Stream,
};
use quarterdeck_fuzz::core::time::Now;
use quarterdeck_fuzz::is_harmless;

type Read = (Vec<(jiff::Timestamp, Stream, Vec<u8>, u64)>, Result<(), FrameError>);

fn read<'p>(format: Format, pieces: impl Iterator<Item = &'p [u8]>) -> Read {
    let mut lines = Vec::new();
    let mut take =
        |line: RawLine<'_>| lines.push((line.timestamp, line.stream, line.bytes.to_vec(), line.beyond));
    let mut framer = Framer::new(format, Now(jiff::Timestamp::UNIX_EPOCH));
    for piece in pieces {
        if framer.feed(piece, &mut take).is_err() {
            break;
        }
    }
    let end = framer.finish(&mut take);
    (lines, end)
}

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (piece, is_terminal, bytes) = input;
    let format = if is_terminal { Format::Raw } else { Format::Multiplexed };
    let whole = read(format, std::iter::once(bytes));
    let cut = read(format, bytes.chunks(usize::from(piece).max(1)));
    assert_eq!(whole, cut);

    let (lines, _) = whole;
    let (mut resume, mut batch) = (Resume::new(), Batch::new());
    for (timestamp, stream, bytes, beyond) in &lines {
        assert!(bytes.len() <= KEPT_BYTES);
        let line = RawLine { timestamp: *timestamp, stream: *stream, bytes, beyond: *beyond };
        resume.line(line, &mut |resumed| {
            if let Resumed::Line(line) = resumed {
                batch.line(&line);
            }
        });
    }
    let mut store = Store::new(usize::MAX);
    store.append(batch);
    let mut rows = 0;
    for (_, row) in store.rows(i64::MIN..i64::MAX) {
        let Row::Line(line) = row else { continue };
        rows += 1;
        assert!(line.text.chars().all(|c| c == '\t' || is_harmless(c)), "{:?}", line.text);
        assert!(line.runs.iter().all(|run| line.text.get(run.start as usize..run.end as usize).is_some()));
    }
    assert_eq!(rows, lines.len());
});
