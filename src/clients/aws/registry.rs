//! The reading calls of ECR.
//!
//! The answers are the SDK's own types. Their text is raw: sources sanitize what they keep.

pub use aws_sdk_ecr::types;

use std::fmt;

use aws_sdk_ecr::types::ImageDetail;

use super::budget::Category;
use super::cloud::Cloud;
use super::error::AwsError;
use super::paged::pages;

/// Images on a page: the most that ECR gives.
const PAGE: i32 = 1_000;

/// A repository of a private registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repository {
    /// The account that it is of: twelve digits.
    pub account: String,
    /// The region that it is in.
    pub region: String,
    /// Its name in the registry: `numbers/api`.
    pub name: String,
    /// The host of the registry.
    host: String,
}

impl Repository {
    /// The repository of an image: `123456789012.dkr.ecr.eu-north-1.amazonaws.com/numbers/api:42`. Nothing for those of other
    /// registries.
    pub fn of(image: &str) -> Option<Self> {
        let (host, rest) = image.split_once('/')?;
        let (account, place) = host.split_once(".dkr.ecr.")?;
        let region = place.split_once(".amazonaws.com")?.0;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let name = rest.split(['@', ':']).next().filter(|name| !name.is_empty())?;
        let own = |text: &str| text.to_owned();
        is_account.then(|| Self {
            account: own(account),
            region: own(region),
            name: own(name),
            host: own(host),
        })
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.name)
    }
}

impl Cloud {
    /// The images of a repository in this region.
    pub async fn images_in(&self, repository: &Repository) -> Result<Vec<ImageDetail>, AwsError> {
        let client = self.ecr().await?;
        pages(|token: Option<String>| async move {
            let send = || {
                let request = client.describe_images().registry_id(&repository.account);
                request
                    .repository_name(&repository.name)
                    .max_results(PAGE)
                    .set_next_token(token.clone())
                    .send()
            };
            let answer = self.call(Category::Registry, "ecr:DescribeImages", send).await?;
            Ok((answer.image_details, answer.next_token))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_images_of_private_registries_have_a_repository_here() {
        let host = "123456789012.dkr.ecr.eu-north-1.amazonaws.com";
        for image in ["api", "api:42", "api@sha256:aa", "team/api:42"] {
            let it = Repository::of(&format!("{host}/{image}")).unwrap();
            assert!(it.name.ends_with("api") && it.region == "eu-north-1", "{it:?}");
            assert!(it.to_string().starts_with(host));
        }
        for image in ["nginx:1", "public.ecr.aws/nginx/nginx:1", "12.dkr.ecr.x.amazonaws.com/api", "", "a/"] {
            assert_eq!(Repository::of(image), None, "{image}");
        }
    }
}
