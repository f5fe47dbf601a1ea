//! What task definitions leave unsaid: which lists have no order, what tells their items apart, what is the default.
//!
//! The defaults are those of <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html> and of
//! its like for the parts of task definitions.

use serde_json::{Value, json};

/// The list of containers.
pub(super) const CONTAINERS: &str = "containerDefinitions";

/// What AWS adds when a revision is registered, or works out by itself.
pub(super) const READ_ONLY: &[&str] = &[
    "taskDefinitionArn",
    "family",
    "revision",
    "status",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
    "requiresAttributes",
    "compatibilities",
];

/// Lists whose values name a secret, and are none.
pub(super) const REFERENCES: &[&str] = &["secrets", "secretOptions"];

/// Lists without an order, and what tells their items apart.
pub(super) const KEYS: &[(&str, &[&str])] = &[
    (CONTAINERS, &["name"]),
    ("dependsOn", &["containerName"]),
    ("devices", &["hostPath"]),
    ("environment", &["name"]),
    ("extraHosts", &["hostname"]),
    ("inferenceAccelerators", &["deviceName"]),
    ("mountPoints", &["containerPath"]),
    ("portMappings", &["containerPort", "containerPortRange", "protocol"]),
    ("properties", &["name"]),
    ("resourceRequirements", &["type"]),
    ("secretOptions", &["name"]),
    ("secrets", &["name"]),
    ("systemControls", &["namespace"]),
    ("tmpfs", &["containerPath"]),
    ("ulimits", &["name"]),
    ("volumes", &["name"]),
    ("volumesFrom", &["sourceContainer"]),
];

/// The one thing that an item of such a list says beside what tells it apart.
pub(super) const SAID: &[&str] = &["value", "valueFrom", "condition", "ipAddress"];

/// Objects whose names are the operator's own.
pub(super) const FREE: &[&str] = &["dockerLabels", "driverOpts", "labels", "options"];

/// Lists of words without an order.
pub(super) const SETS: &[&str] = &[
    "add",
    "dockerSecurityOptions",
    "drop",
    "ignoredExitCodes",
    "links",
    "mountOptions",
    "permissions",
    "placementConstraints",
    "requiresCompatibilities",
];

/// What the rest of a task definition means for the defaults in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Whether it runs on Fargate only.
    pub(super) is_fargate: bool,
    /// Whether a task has an address of its own, or that of its host: then a port is the same on either side.
    pub(super) keeps_ports: bool,
}

/// The defaults of the object that is called so, or of the items of the list that is: `fields` are those that are
/// written. The task definition itself is called by nothing.
pub(super) fn defaults(of: &str, fields: &Value, setting: Setting) -> Vec<(&'static str, Value)> {
    let mut defaults = match of {
        "" => vec![("networkMode", json!("bridge")), ("enableFaultInjection", json!(false))],
        CONTAINERS => vec![
            ("essential", json!(true)),
            ("cpu", json!(0)),
            ("privileged", json!(false)),
            ("readonlyRootFilesystem", json!(false)),
            ("interactive", json!(false)),
            ("pseudoTerminal", json!(false)),
            ("disableNetworking", json!(false)),
            ("versionConsistency", json!("enabled")),
        ],
        "portMappings" => {
            let own = fields.get("containerPort").filter(|_| setting.keeps_ports);
            vec![("protocol", json!("tcp")), ("hostPort", own.cloned().unwrap_or_else(|| json!(0)))]
        }
        "mountPoints" | "volumesFrom" => vec![("readOnly", json!(false))],
        "healthCheck" => vec![
            ("interval", json!(30)),
            ("timeout", json!(5)),
            ("retries", json!(3)),
            ("startPeriod", json!(0)),
        ],
        "linuxParameters" => vec![("initProcessEnabled", json!(false))],
        "restartPolicy" => vec![("enabled", json!(false)), ("restartAttemptPeriod", json!(300))],
        "devices" => vec![
            ("containerPath", fields.get("hostPath").cloned().unwrap_or_default()),
            ("permissions", json!(["read", "write", "mknod"])),
        ],
        "dockerVolumeConfiguration" => vec![("scope", json!("task")), ("autoprovision", json!(false))],
        "efsVolumeConfiguration" => {
            vec![("rootDirectory", json!("/")), ("transitEncryption", json!("DISABLED"))]
        }
        "authorizationConfig" => vec![("iam", json!("DISABLED"))],
        "proxyConfiguration" => vec![("type", json!("APPMESH"))],
        _ => Vec::new(),
    };
    if setting.is_fargate {
        match of {
            "" => {
                let platform = json!({"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"});
                defaults.push(("ephemeralStorage", json!({"sizeInGiB": 20})));
                defaults.push(("runtimePlatform", platform));
            }
            "runtimePlatform" => {
                defaults.push(("cpuArchitecture", json!("X86_64")));
                defaults.push(("operatingSystemFamily", json!("LINUX")));
            }
            CONTAINERS => defaults.push(("stopTimeout", json!(30))),
            _ => {}
        }
    }
    defaults
}
