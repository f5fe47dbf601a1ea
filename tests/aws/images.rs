//! The images in the repositories that tasks run from.

use std::process::Command;

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Cluster, address, call};
use crate::support::engine::{image, unique};
use crate::support::until;

/// A repository of the rig's ECR, and an image of the engine that is called as if it came from there; both go with it.
struct Repository {
    name: String,
    image: String,
}

fn docker(arguments: &[&str]) {
    let socket = format!("unix://{}", std::env::var("QD_RIG_DOCKER").unwrap());
    let done = Command::new("docker").args(["-H", &socket]).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

impl Repository {
    fn new() -> Self {
        let name = unique("repository");
        let made = call("ecr", "create_repository", &json!({"repositoryName": name}));
        let called = format!("{}:7", made["repository"]["repositoryUri"].as_str().unwrap());
        docker(&["tag", &image(), &called]);
        Self { name, image: called }
    }

    fn push(&self, tag: &str) {
        let manifest =
            json!({"schemaVersion": 2, "config": {"digest": format!("sha256:{tag}")}, "layers": []});
        let wanted =
            json!({"repositoryName": self.name, "imageTag": tag, "imageManifest": manifest.to_string()});
        call("ecr", "put_image", &wanted);
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        call("ecr", "delete_repository", &json!({"repositoryName": self.name, "force": true}));
        docker(&["rmi", &self.image]);
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_images_that_tasks_could_run_stand_in_the_list_and_one_alone_is_too_few() {
    let (repository, cluster) = (Repository::new(), Cluster::new("images"));
    repository.push("7");
    let mut web = cluster.container("web", "exec sleep 100000000");
    web["image"] = json!(repository.image);
    cluster.serve("web", &cluster.define("web", &[web]), 1);
    let home = Home::new(&cluster.name, &address());
    let names = || -> Vec<String> {
        home.list("images").iter().map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    until("the image", || names().contains(&repository.image));
    let alone = |rows: Vec<Value>| rows.iter().any(|it| it["rule"] == "no-way-back");
    // The task may be about to start still.
    until("the advice", || alone(home.list("advice")));
    repository.push("6");
    assert!(!alone(home.list("advice")));
    assert_eq!(names().len(), 2, "{:?}", names());
    let terminal = home.console();
    terminal.send("5");
    let older = format!("{}:6", repository.name);
    terminal.wait_for("both images", |screen| screen.has(&older));
}
