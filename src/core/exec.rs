//! What ECS Exec needs before a program can be run in a container of a task: what of it is there, what is missing, and how
//! that is mended. Without it AWS only says `TargetNotConnected`.
//!
//! The list is that of <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>; what the task role allows
//! and whether the subnet reaches AWS cannot be read from a task.

use serde::Serialize;
use serde_json::Value;

use super::text::clean;

/// The oldest platform of Fargate, and the oldest agent of an instance, that can do it.
const PLATFORM: [u32; 3] = [1, 4, 0];
const AGENT: [u32; 3] = [1, 50, 2];
/// What runs in a container that can be reached.
const MANAGED: &str = "ExecuteCommandAgent";

/// One thing that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// Whether it is there.
    pub state: State,
    /// What was found.
    pub found: String,
    /// How it is mended; empty where there is nothing to mend.
    pub mend: String,
}

/// Whether something that is needed is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is.
    Ok,
    /// It is not.
    Missing,
    /// Nobody tells.
    Unknown,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Ok, found: found.into(), mend: String::new() }
    }

    fn missing(name: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { name, state: State::Missing, found: found.into(), mend: mend.into() }
    }

    fn unknown(name: &'static str, mend: impl Into<String>) -> Self {
        Self { name, state: State::Unknown, found: "not told".to_owned(), mend: mend.into() }
    }
}

/// What is known of a container when it is asked whether a program can be run in it, as AWS writes it; null where
/// something is not known.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The task, with `container` and `containerDefinition` of the one that is meant.
    pub task: &'a Value,
    /// What the task was made from.
    pub definition: &'a Value,
    /// The service that it is of.
    pub service: &'a Value,
    /// The instance that it runs on.
    pub instance: &'a Value,
    /// Where the plugin of this machine lies.
    pub plugin: Option<&'a str>,
}

/// All that is needed, in the order in which it is mended best.
pub fn checks(known: &Known<'_>) -> Vec<Check> {
    let mut all = vec![
        enabled(known),
        role(known),
        platform(known),
        files(known),
        processes(known),
        agent(known),
        plugin(known),
    ];
    all.extend(other_way(known));
    all
}

fn text(value: &Value) -> String {
    clean(value.as_str().unwrap_or_default()).into_owned()
}

fn enabled(known: &Known<'_>) -> Check {
    let name = "enableExecuteCommand";
    let is_on = |it: &Value| it["enableExecuteCommand"] == Value::Bool(true);
    let cluster = text(&known.task["clusterArn"]);
    let cluster = cluster.rsplit('/').next().unwrap_or_default();
    let service = text(&known.service["serviceName"]);
    let update = format!("aws ecs update-service --cluster {cluster} --service {service}");
    match (is_on(known.task), is_on(known.service), service.is_empty()) {
        (true, ..) => Check::ok(name, "on since the task began"),
        (false, true, _) => Check::missing(
            name,
            "the service has it by now, but the task began before",
            format!("start new tasks: `{update} --force-new-deployment`"),
        ),
        (false, false, false) => Check::missing(
            name,
            "off",
            format!(
                "switch it on and start new tasks: `{update} --enable-execute-command --force-new-deployment`"
            ),
        ),
        (false, false, true) => {
            Check::missing(name, "off", "start the task again with `--enable-execute-command`")
        }
    }
}

fn role(known: &Known<'_>) -> Check {
    let name = "task role";
    let own = [&known.task["overrides"]["taskRoleArn"], &known.definition["taskRoleArn"]];
    let role = own.into_iter().map(text).find(|it| !it.is_empty());
    match role.as_deref().and_then(|it| it.rsplit('/').next()) {
        Some(role) => {
            Check::ok(name, format!("{role} (it has to allow ssmmessages, which is not looked at)"))
        }
        None => Check::missing(
            name,
            "none",
            "give the task definition a taskRoleArn that allows ssmmessages:CreateControlChannel, CreateDataChannel, \
             OpenControlChannel and OpenDataChannel",
        ),
    }
}

fn platform(known: &Known<'_>) -> Check {
    let is_fargate = known.task["launchType"] == "FARGATE";
    let (name, version, least, mend) = if is_fargate {
        let mend = "run it on platform version 1.4.0 or later";
        ("platform", &known.task["platformVersion"], PLATFORM, mend)
    } else {
        let mend = "update the agent of the instance: `aws ecs update-container-agent`";
        ("agent of the instance", &known.instance["versionInfo"]["agentVersion"], AGENT, mend)
    };
    let version = text(version);
    let needed = least.map(|it| it.to_string()).join(".");
    match numbers(&version) {
        Some(it) if it >= least => Check::ok(name, version),
        Some(_) => Check::missing(name, format!("{version}, and {needed} is needed"), mend),
        None => Check::unknown(name, format!("{needed} is needed")),
    }
}

/// The three numbers of a version.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.trim_start_matches('v').split('.').map(|it| it.parse().ok());
    Some([parts.next()??, parts.next().unwrap_or(Some(0))?, parts.next().unwrap_or(Some(0))?])
}

fn files(known: &Known<'_>) -> Check {
    let name = "readonlyRootFilesystem";
    if known.task["containerDefinition"][name] == Value::Bool(true) {
        return Check::missing(name, "on", "switch it off: the agent writes into the container");
    }
    Check::ok(name, "off")
}

fn processes(known: &Known<'_>) -> Check {
    let name = "pidMode";
    let several = known.definition["containerDefinitions"].as_array().is_some_and(|it| it.len() > 1);
    match text(&known.definition[name]).as_str() {
        "task" if several => Check::missing(
            name,
            "task: only one container of the task at a time can be reached",
            "leave pidMode out, or end the other sessions first",
        ),
        "" => Check::ok(name, "each container has its own"),
        mode => Check::ok(name, mode),
    }
}

fn agent(known: &Known<'_>) -> Check {
    let agents = known.task["container"]["managedAgents"].as_array();
    let agent = agents.into_iter().flatten().find(|it| it["name"] == MANAGED);
    let Some(agent) = agent else {
        return Check::missing(
            MANAGED,
            "not in the container",
            "it comes with tasks that begin with all of the above",
        );
    };
    let (status, reason) = (text(&agent["lastStatus"]), text(&agent["reason"]));
    let found = if reason.is_empty() { status.clone() } else { format!("{status}: {reason}") };
    match status.as_str() {
        "RUNNING" => Check::ok(MANAGED, found),
        "PENDING" => Check::missing(MANAGED, found, "wait a moment"),
        _ => Check::missing(
            MANAGED,
            found,
            "see whether the task role allows ssmmessages, and whether the subnet reaches it (a VPC endpoint, or a way out)",
        ),
    }
}

fn plugin(known: &Known<'_>) -> Check {
    let name = "session-manager-plugin";
    match known.plugin {
        Some(path) => Check::ok(name, clean(path)),
        None => Check::missing(
            name,
            "not on the PATH of this machine",
            "install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
        ),
    }
}

/// On an instance there is a way without all of this.
fn other_way(known: &Known<'_>) -> Option<Check> {
    let runtime = text(&known.task["container"]["runtimeId"]);
    if known.task["launchType"] == "FARGATE" || runtime.is_empty() {
        return None;
    }
    let instance = text(&known.instance["ec2InstanceId"]);
    let on = if instance.is_empty() { "the instance".to_owned() } else { format!("instance {instance}") };
    let short = runtime.get(..12).unwrap_or(&runtime);
    Some(Check::ok(
        "without ECS Exec",
        format!("`docker exec -it {short} sh` on {on}, also from its engine's list here"),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(task: &Value, definition: &Value, service: &Value, instance: &Value) -> Vec<Check> {
        checks(&Known {
            task,
            definition,
            service,
            instance,
            plugin: Some("/usr/bin/session-manager-plugin"),
        })
    }

    fn good() -> Value {
        json!({
            "clusterArn": "arn:aws:ecs:us-east-1:1:cluster/shop", "launchType": "FARGATE", "platformVersion": "1.4.0",
            "enableExecuteCommand": true,
            "container": {"runtimeId": "0123456789abcdef", "managedAgents": [{"name": MANAGED, "lastStatus": "RUNNING"}]},
            "containerDefinition": {"name": "api"},
        })
    }

    fn role() -> Value {
        json!({"taskRoleArn": "arn:aws:iam::1:role/shop/api"})
    }

    fn missing(all: &[Check]) -> Vec<&'static str> {
        all.iter().filter(|it| it.state != State::Ok).map(|it| it.name).collect()
    }

    #[test]
    fn where_all_is_there_nothing_is_missing() {
        let all = found(&good(), &role(), &Value::Null, &Value::Null);
        assert_eq!(missing(&all), [""; 0]);
        assert_eq!(all.len(), 7, "on Fargate there is no other way");
        assert!(all[1].found.starts_with("api "), "{}", all[1].found);
    }

    #[test]
    fn each_thing_that_is_missing_is_told_with_how_to_mend_it() {
        let mut task = good();
        task["enableExecuteCommand"] = json!(false);
        task["platformVersion"] = json!("1.3.0");
        task["containerDefinition"]["readonlyRootFilesystem"] = json!(true);
        task["container"]["managedAgents"] =
            json!([{"name": MANAGED, "lastStatus": "STOPPED", "reason": "no \u{1b}[2Jroute"}]);
        let definition = json!({"pidMode": "task", "containerDefinitions": [{}, {}]});
        let service = json!({"serviceName": "api"});
        let known = Known {
            task: &task,
            definition: &definition,
            service: &service,
            instance: &Value::Null,
            plugin: None,
        };
        let all = checks(&known);
        assert_eq!(missing(&all).len(), 7);
        assert!(all.iter().all(|it| !it.mend.is_empty() && !it.found.contains('\u{1b}')), "{all:?}");
        assert!(all[0].mend.contains("update-service --cluster shop --service api --enable-execute-command"));
    }

    #[test]
    fn a_task_that_began_before_its_service_had_it_is_told_apart() {
        let mut task = good();
        task["enableExecuteCommand"] = json!(false);
        let service = json!({"serviceName": "api", "enableExecuteCommand": true});
        let first = found(&task, &role(), &service, &Value::Null).remove(0);
        assert!(first.found.contains("began before") && !first.mend.contains("--enable"), "{first:?}");
        let alone = found(&task, &role(), &Value::Null, &Value::Null).remove(0);
        assert!(alone.mend.contains("start the task again"), "{alone:?}");
    }

    #[test]
    fn on_an_instance_its_agent_counts_and_docker_is_another_way() {
        let mut task = good();
        task["launchType"] = json!("EC2");
        let instance =
            |version: &str| json!({"ec2InstanceId": "i-0a91", "versionInfo": {"agentVersion": version}});
        let state = |version: &str| found(&task, &role(), &Value::Null, &instance(version))[2].state;
        assert_eq!(
            ["1.50.2", "1.88.0", "1.49.9", "2", ""].map(state),
            [State::Ok, State::Ok, State::Missing, State::Ok, State::Unknown]
        );
        let all = found(&task, &role(), &Value::Null, &instance("1.88.0"));
        let way = all.last().map(|it| it.found.as_str()).unwrap_or_default();
        assert!(way.contains("docker exec -it 0123456789ab sh") && way.contains("i-0a91"), "{way}");
    }

    #[test]
    fn of_nothing_known_nothing_is_made_up() {
        let all = found(&Value::Null, &Value::Null, &Value::Null, &Value::Null);
        assert!(all.iter().any(|it| it.state == State::Unknown));
    }
}
