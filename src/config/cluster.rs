//! A target that is an ECS cluster, as it is written.

use std::sync::Arc;

use super::environment::TargetTable;
use super::problem::{Problem, quoted};
use super::targets::Way;
use super::value::Said;
use crate::clients::aws::{ClusterSettings, Settings};

/// The longest name of a cluster.
const LONGEST: usize = 255;

/// The cluster, and what it is called.
pub(super) fn read(table: &TargetTable, cluster: &Said<String>) -> Result<(String, Way), Problem> {
    let odd = [("project means", &table.project), ("certificates mean", &table.certificates)];
    for (key, said) in odd {
        if let Some(said) = said {
            let cause = format!("{key} nothing for an ECS cluster");
            return Err(Problem::new(said.place.clone(), cause, "remove it"));
        }
    }
    if table.insecure {
        let cause = "insecure means nothing for an ECS cluster";
        return Err(Problem::new(cluster.place.clone(), cause, "remove it"));
    }
    let (name, of_arn) = named(cluster)?;
    let region = match (&table.region, of_arn) {
        (Some(said), Some(region)) if said.value != region => {
            let cause = format!("the cluster is in {region}, by its ARN");
            return Err(Problem::new(said.place.clone(), cause, "remove the region"));
        }
        (Some(said), _) => Some(region(said)?),
        (None, region) => region.map(Arc::from),
    };
    let profile = table.profile.as_ref().map(profile).transpose()?;
    let place = Settings { profile, region };
    Ok((name.to_owned(), Way::Ecs(ClusterSettings { cluster: Arc::from(name), place })))
}

/// The name of a cluster, and its region where that is said with it.
fn named(said: &Said<String>) -> Result<(&str, Option<&str>), Problem> {
    let mut parts = said.value.splitn(6, ':');
    let arn = (|| match (
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
    ) {
        ("arn", _, "ecs", region, _, rest) => Some((rest.strip_prefix("cluster/")?, Some(region))),
        _ => None,
    })();
    let (name, region) = arn.unwrap_or((&said.value, None));
    let is_name = !name.is_empty()
        && name.len() <= LONGEST
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_name {
        return Ok((name, region));
    }
    let cause = format!("{} can't be the name of an ECS cluster", quoted(&said.value));
    let next = "write the name that `aws ecs list-clusters` shows at the end of its ARN, or the whole ARN";
    Err(Problem::new(said.place.clone(), cause, next))
}

fn region(said: &Said<String>) -> Result<Arc<str>, Problem> {
    let is_region = said.value.split('-').count() >= 3
        && said.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if is_region {
        return Ok(Arc::from(&*said.value));
    }
    let cause = format!("{} can't be a region of AWS", quoted(&said.value));
    Err(Problem::new(said.place.clone(), cause, "write it as in region = \"us-east-1\""))
}

fn profile(said: &Said<String>) -> Result<Arc<str>, Problem> {
    if !said.value.is_empty() && !said.value.chars().any(|c| c.is_control() || matches!(c, '[' | ']')) {
        return Ok(Arc::from(&*said.value));
    }
    let cause = format!("{} can't be a profile of the AWS configuration", quoted(&said.value));
    Err(Problem::new(said.place.clone(), cause, "write a name that `aws configure list-profiles` shows"))
}
