//! Whose line it is: what is known of the workload behind a log, and the shortest name that tells it from the others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use crate::core::entity::Workload;
use crate::core::fleet::Fleet;

/// The workload behind a log.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Origin {
    pub(super) workload: Arc<str>,
    pub(super) service: Option<Arc<str>>,
    pub(super) project: Option<Arc<str>>,
    pub(super) environment: Option<Arc<str>>,
    pub(super) host: Arc<str>,
    pub(super) target: Arc<str>,
}

impl Origin {
    /// What is known of `workload`.
    pub(super) fn of(workload: &Workload, fleet: &Fleet) -> Self {
        Self {
            workload: workload.name.clone(),
            service: workload.service.clone(),
            project: workload.project.clone(),
            environment: fleet.environment_of(workload).map(|it| Arc::from(it.id.as_str())),
            host: workload.host.clone(),
            target: Arc::from(workload.id.target.as_str()),
        }
    }

    /// Its names, from the shortest to the one that nobody else can have.
    fn names(&self) -> [String; 5] {
        let Self { workload, host, target, .. } = self;
        let project = self.project.as_deref().unwrap_or_default();
        let in_project = workload.strip_prefix(project).and_then(|rest| rest.strip_prefix(['-', '_']));
        let short = in_project.filter(|rest| !rest.is_empty()).unwrap_or(workload);
        [
            short.to_owned(),
            workload.to_string(),
            format!("{host}/{short}"),
            format!("{host}/{workload}"),
            format!("{target}/{workload}"),
        ]
    }
}

/// Of each origin the shortest name that none of the others has. A workload that was made anew keeps its name.
pub(super) fn shortest_names(origins: &[Origin]) -> Vec<String> {
    let mut owners: HashMap<String, HashSet<(&str, &str)>> = HashMap::new();
    for origin in origins {
        for name in origin.names() {
            owners.entry(name).or_default().insert((&origin.target, &origin.workload));
        }
    }
    let is_own = |name: &String| owners.get(name).is_some_and(|it| it.len() == 1);
    let shortest = |origin: &Origin| {
        let names = origin.names();
        let place = names.iter().position(is_own).unwrap_or(names.len() - 1);
        names.into_iter().nth(place).unwrap_or_default()
    };
    origins.iter().map(shortest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of workloads, of which the target, the host, the project and the whole name are given.
    fn names(origins: &[[&str; 4]]) -> Vec<String> {
        let origins: Vec<Origin> = origins
            .iter()
            .map(|[target, host, project, workload]| Origin {
                workload: Arc::from(*workload),
                service: None,
                project: Some(Arc::from(*project)).filter(|it: &Arc<str>| !it.is_empty()),
                environment: None,
                host: Arc::from(*host),
                target: Arc::from(*target),
            })
            .collect();
        shortest_names(&origins)
    }

    #[test]
    fn a_project_is_left_out_where_it_tells_nothing_apart() {
        let of = |project, workload| ["a", "box", project, workload];
        assert_eq!(names(&[of("shop", "shop-web-1"), of("shop", "shop_db_1")]), ["web-1", "db_1"]);
        let [shop, blog, db] = [of("shop", "shop-web-1"), of("blog", "blog-web-1"), of("blog", "blog-db-1")];
        assert_eq!(names(&[shop, blog, db]), ["shop-web-1", "blog-web-1", "db-1"]);
        assert_eq!(names(&[shop, of("", "web-1")]), ["shop-web-1", "a/web-1"]);
        assert_eq!(names(&[of("shop", "shop")]), ["shop"]);
    }

    #[test]
    fn workloads_of_the_same_name_are_told_apart_by_where_they_are() {
        let nginx = |target, host| [target, host, "", "nginx"];
        assert_eq!(
            names(&[nginx("a", "x"), nginx("b", "y"), ["b", "y", "", "db"]]),
            ["x/nginx", "y/nginx", "db"]
        );
        assert_eq!(names(&[nginx("a", "same"), nginx("b", "same")]), ["a/nginx", "b/nginx"]);
        let web = |target, host| [target, host, "shop", "shop-web-1"];
        assert_eq!(names(&[web("a", "x"), web("b", "y")]), ["x/web-1", "y/web-1"]);
    }

    #[test]
    fn a_workload_that_was_made_anew_keeps_its_name() {
        let web = ["a", "box", "shop", "shop-web-1"];
        assert_eq!(names(&[web, web]), ["web-1", "web-1"]);
    }
}
