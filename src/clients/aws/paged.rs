//! Lists that come in pages.

use super::error::AwsError;

/// Pages that are read of one list at most: a list that never ends is not waited for.
const PAGES: usize = 1_000;

/// What is on a page of a list, and the token of the next page.
pub(super) type Page<T> = (Option<Vec<T>>, Option<String>);

/// All of a list, page after page. A page may be empty and not be the last; a token that comes back ends it.
pub(super) async fn pages<T, F>(page: impl Fn(Option<String>) -> F) -> Result<Vec<T>, AwsError>
where
    F: Future<Output = Result<Page<T>, AwsError>>,
{
    first(usize::MAX, page).await
}

/// The first `most` of a list, and more where its last page has more.
pub(super) async fn first<T, F>(most: usize, page: impl Fn(Option<String>) -> F) -> Result<Vec<T>, AwsError>
where
    F: Future<Output = Result<Page<T>, AwsError>>,
{
    let mut all = Vec::new();
    let mut token = None;
    for _ in 0..PAGES {
        let (some, next) = page(token.clone()).await?;
        all.extend(some.unwrap_or_default());
        match next.filter(|next| !next.is_empty() && Some(next) != token.as_ref()) {
            Some(next) if all.len() < most => token = Some(next),
            _ => break,
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[tokio::test]
    async fn a_list_is_read_to_its_end_over_empty_pages_and_no_further() {
        let page = |token: Option<String>| async move {
            let name = |it: &str| Some(vec![it.to_owned()]);
            let next = |it: &str| Some(it.to_owned());
            Ok(match token.as_deref() {
                None => (name("a"), next("1")),
                Some("1") => (None, next("2")),
                Some("2") => (name("b"), next("3")),
                Some("3") => (name("c"), next("3")),
                other => unreachable!("{other:?}"),
            })
        };
        assert_eq!(pages(page).await.unwrap(), ["a", "b", "c"]);
        assert_eq!(first(2, page).await.unwrap(), ["a", "b"], "no page is asked for that is not needed");
    }
}
