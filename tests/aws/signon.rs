//! Single sign-on: what a sign-on that has ended looks like, and that one with `qd login` mends it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::home::said;
use crate::support::aws::{Reply, Server};
use crate::support::terminal::qd;

/// A portal, and AWS behind it: the operator signs on when it has been asked twice.
fn portal() -> Server {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |operation, _, _| match operation {
        "/client/register" => Reply::Say(
            200,
            json!({"clientId": "id", "clientSecret": "secret", "clientSecretExpiresAt": 4_000_000_000_u64}),
        ),
        "/device_authorization" => Reply::Say(
            200,
            json!({
                "deviceCode": "device", "userCode": "ABCD-\u{1b}EFGH", "verificationUri": "https://portal.example/device",
                "verificationUriComplete": "https://portal.example/device?user_code=ABCD-EFGH", "expiresIn": 600, "interval": 1,
            }),
        ),
        "/token" if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2 => Reply::Say(
            400,
            json!({"__type": "AuthorizationPendingException", "error": "authorization_pending"}),
        ),
        "/token" => Reply::Say(
            200,
            json!({"accessToken": "token-of-the-portal", "expiresIn": 28_800, "refreshToken": "again"}),
        ),
        "/federation/credentials" => Reply::Say(
            200,
            json!({"roleCredentials": {
                "accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "key", "sessionToken": "session", "expiration": 4_000_000_000_000_u64,
            }}),
        ),
        "DescribeClusters" => {
            Reply::Say(200, json!({"clusters": [{"clusterName": "shop", "status": "ACTIVE"}]}))
        }
        "ListServices" => Reply::Say(200, json!({"serviceArns": []})),
        "ListTasks" => Reply::Say(200, json!({"taskArns": []})),
        "ListContainerInstances" => Reply::Say(200, json!({"containerInstanceArns": []})),
        other => Reply::error(400, "UnknownOperationException", other),
    })
}

fn command(home: &Path, server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(qd());
    command.args(arguments).env_clear().env("HOME", home).current_dir(home);
    command.env("AWS_ENDPOINT_URL", server.address()).env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

#[test]
fn who_signs_on_with_qd_is_let_in_and_the_token_is_where_the_aws_cli_looks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    std::fs::create_dir(home.join(".aws")).unwrap();
    std::fs::write(
        home.join(".aws/config"),
        "[profile shop]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = ops\nregion = us-east-1\n\
         [sso-session work]\nsso_start_url = https://portal.example/start\nsso_region = eu-north-1\n",
    )
    .unwrap();
    let file = home.join("qd.toml");
    std::fs::write(
        &file,
        "[[environment]]\nname = \"shop\"\ntargets = [{ ecs = \"shop\", profile = \"shop\" }]\n",
    )
    .unwrap();
    let list = ["ls", "workloads", "--config", file.to_str().unwrap()];
    let server = portal();
    let before = said(&mut command(home, &server, &list)).unwrap_err();
    assert!(before.contains("sign-on has ended") && before.contains("qd login shop"), "{before}");
    let login = said(&mut command(home, &server, &["login", "shop"])).unwrap();
    assert!(
        login.contains("https://portal.example/device?user_code=ABCD-EFGH")
            && login.contains("Signed on until")
    );
    assert!(!login.contains('\u{1b}') && !login.contains("token-of-the-portal"), "{login}");
    // printf work | sha1sum
    let kept = home.join(".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json");
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    let token: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&kept).unwrap()).unwrap();
    assert_eq!(token["startUrl"], "https://portal.example/start");
    said(&mut command(home, &server, &list)).unwrap();
}

#[test]
fn a_profile_without_single_sign_on_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = portal();
    let told = said(&mut command(folder.path(), &server, &["login", "nobody"])).unwrap_err();
    assert!(
        told.contains("no such profile") && told.contains("aws configure sso --profile nobody"),
        "{told}"
    );
    assert!(server.calls().is_empty());
}
