//! What plays AWS: the rig's, and a server of the tests' own in front of it, or in its place, that does what the rig's
//! cannot be made to do.

use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::engine::{image, unique};
use super::live::{self, Frame};

/// Makes a call to the rig's AWS as boto3 makes it; the answer. Fails the test with its error.
pub(crate) fn call(service: &str, operation: &str, arguments: &Value) -> Value {
    try_call(service, operation, arguments).unwrap_or_else(|error| panic!("{error}"))
}

fn try_call(service: &str, operation: &str, arguments: &Value) -> Result<Value, String> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rig/aws");
    let done =
        Command::new(program).args(["call", service, operation, &arguments.to_string()]).output().unwrap();
    if done.status.success() {
        Ok(serde_json::from_slice(&done.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&done.stderr).into_owned())
    }
}

/// The address of the rig's AWS.
pub(crate) fn address() -> String {
    std::env::var("QD_RIG_AWS").expect("the rig is up: tests/run")
}

/// A cluster with a log group of its own name. Its tasks go with it.
pub(crate) struct Cluster {
    /// Its name.
    pub(crate) name: String,
}

impl Cluster {
    /// An empty one.
    pub(crate) fn new(name: &str) -> Self {
        let name = unique(name);
        call("ecs", "create_cluster", &json!({"clusterName": name}));
        call("logs", "create_log_group", &json!({"logGroupName": name}));
        Self { name }
    }

    /// A container of a task definition whose lines go to the log group: a shell command.
    pub(crate) fn container(&self, name: &str, command: &str) -> Value {
        json!({
            "name": name, "image": image(), "essential": true, "memory": 64, "command": ["sh", "-c", command],
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": self.name, "awslogs-region": "us-east-1", "awslogs-stream-prefix": name,
            }},
        })
    }

    /// Registers a revision of the task definition `family` of this cluster; its name and revision.
    pub(crate) fn define(&self, family: &str, containers: &[Value]) -> String {
        let family = format!("{}-{family}", self.name);
        let wanted = json!({"family": family, "containerDefinitions": containers});
        let made = call("ecs", "register_task_definition", &wanted);
        format!("{family}:{}", made["taskDefinition"]["revision"])
    }

    /// Starts a service.
    pub(crate) fn serve(&self, service: &str, definition: &str, count: u32) {
        let wanted = json!({"cluster": self.name, "serviceName": service, "taskDefinition": definition, "desiredCount": count});
        call("ecs", "create_service", &wanted);
    }

    /// Starts a task that belongs to no service.
    pub(crate) fn run(&self, definition: &str) {
        call("ecs", "run_task", &json!({"cluster": self.name, "taskDefinition": definition}));
    }

    /// Ends the tasks that run.
    pub(crate) fn stop_tasks(&self) {
        let running = call("ecs", "list_tasks", &json!({"cluster": self.name}));
        for task in running["taskArns"].as_array().unwrap() {
            call(
                "ecs",
                "stop_task",
                &json!({"cluster": self.name, "task": task, "reason": "the test is over"}),
            );
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let services = try_call("ecs", "list_services", &json!({"cluster": self.name})).unwrap_or_default();
        for service in services["serviceArns"].as_array().into_iter().flatten() {
            let _ = try_call(
                "ecs",
                "delete_service",
                &json!({"cluster": self.name, "service": service, "force": true}),
            );
        }
        self.stop_tasks();
        let _ = try_call("ecs", "delete_cluster", &json!({"cluster": self.name}));
        let _ = try_call("logs", "delete_log_group", &json!({"logGroupName": self.name}));
    }
}

/// What the server does with a call.
pub(crate) enum Reply {
    /// Asks the rig's AWS.
    Pass,
    /// Answers: a status and a body.
    Say(u16, Value),
    /// Answers with XML: that is what services with calls of forms speak.
    Text(u16, String),
    /// Lets the rig's AWS answer, and breaks off in the middle of that.
    Cut,
    /// Says nothing for so long, and then breaks off.
    Hang(Duration),
    /// Tells what comes of a Live Tail session.
    Session(Receiver<Frame>),
}

impl Reply {
    /// An error of AWS's.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::Say(status, json!({"__type": code, "message": message}))
    }

    /// Too many calls.
    pub(crate) fn throttled() -> Self {
        Self::error(400, "ThrottlingException", "Rate exceeded")
    }
}

/// One call that was made.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// When.
    pub(crate) at: Instant,
    /// Which: `ListTasks`, or the path of one that has no such name.
    pub(crate) operation: String,
}

/// A server that takes calls as AWS does, and answers them as `plan` says: what the call is, what it asks (which the
/// plan may change before it is passed on), and how many calls were made before.
pub(crate) struct Server {
    address: String,
    calls: Arc<Mutex<Vec<Call>>>,
    is_over: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(plan: impl Fn(&str, &mut Value, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            calls: Arc::default(),
            is_over: Arc::default(),
        };
        let (calls, is_over, plan) = (Arc::clone(&server.calls), Arc::clone(&server.is_over), Arc::new(plan));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let (calls, plan) = (Arc::clone(&calls), Arc::clone(&plan));
                // A client that goes away in the middle is no failure of the test.
                std::thread::spawn(move || drop(serve(&client, &calls, &*plan)));
            }
        });
        server
    }

    /// Where it listens, as `AWS_ENDPOINT_URL` takes it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// How many calls of one operation there were so far.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|it| it.operation == operation).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

/// The head of a request, and its length of a body.
fn head(reader: &mut impl BufRead) -> io::Result<Option<(String, String, usize)>> {
    let (mut all, mut operation, mut length) = (String::new(), String::new(), 0);
    let mut is_first = true;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if std::mem::take(&mut is_first) {
            // Where calls are told apart by their paths, that is the operation.
            let path = line.split(' ').nth(1).unwrap_or_default();
            path.split('?').next().unwrap_or_default().clone_into(&mut operation);
        } else if let Some((name, value)) = line.split_once(':') {
            match &*name.to_ascii_lowercase() {
                "x-amz-target" => {
                    value.trim().rsplit('.').next().unwrap_or_default().clone_into(&mut operation);
                }
                "content-length" => length = value.trim().parse().unwrap_or(0),
                _ => {}
            }
        }
        let is_end = line == "\r\n";
        // The length may change with the body, and one request a connection is enough.
        let is_ours =
            ["content-length:", "connection:"].iter().any(|it| line.to_ascii_lowercase().starts_with(it));
        if !is_ours && !is_end {
            all.push_str(&line);
        }
        if is_end {
            return Ok(Some((all, operation, length)));
        }
    }
}

fn serve(
    client: &TcpStream,
    calls: &Mutex<Vec<Call>>,
    plan: &dyn Fn(&str, &mut Value, usize) -> Reply,
) -> io::Result<()> {
    let mut reader = BufReader::new(client);
    while let Some((head, mut operation, length)) = head(&mut reader)? {
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let mut asked = serde_json::from_slice(&body).unwrap_or(Value::Null);
        // The call of a form is in it: `Action=DescribeInstances&Version=…`.
        let form = String::from_utf8_lossy(&body);
        if let Some(action) = form.strip_prefix("Action=") {
            action.split('&').next().unwrap_or_default().clone_into(&mut operation);
        }
        let before = {
            let mut calls = calls.lock().unwrap();
            calls.push(Call { at: Instant::now(), operation: operation.clone() });
            calls.len() - 1
        };
        let mut out = client;
        match plan(&operation, &mut asked, before) {
            Reply::Say(status, answer) => {
                let answer = answer.to_string();
                write!(
                    out,
                    "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{answer}",
                    answer.len()
                )?;
            }
            Reply::Text(status, answer) => {
                let length = answer.len();
                write!(
                    out,
                    "HTTP/1.1 {status} X\r\ncontent-type: text/xml\r\ncontent-length: {length}\r\n\r\n{answer}"
                )?;
            }
            // That answer has no end.
            Reply::Pass if operation == "StartLiveTail" => {
                io::copy(&mut ask(&head, &asked, &body)?, &mut out)?;
                return Ok(());
            }
            Reply::Session(frames) => return live::tell(out, &frames),
            Reply::Pass => out.write_all(&pass(&head, &asked, &body)?)?,
            Reply::Cut => {
                let answer = pass(&head, &asked, &body)?;
                out.write_all(&answer[..answer.len() / 2])?;
                return Ok(());
            }
            Reply::Hang(time) => {
                std::thread::sleep(time);
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The answer of the rig's AWS, head and all; to what is asked, and to the form that was sent where it was one.
fn pass(head: &str, asked: &Value, form: &[u8]) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    ask(head, asked, form)?.read_to_end(&mut answer)?;
    // The connection to the program stays open whatever this one does.
    let text = String::from_utf8_lossy(&answer).replacen("connection: close\r\n", "", 1);
    Ok(text.into_bytes())
}

/// Asks the rig's AWS the same; where its answer comes.
fn ask(head: &str, asked: &Value, form: &[u8]) -> io::Result<TcpStream> {
    let mut upstream = TcpStream::connect(address().trim_start_matches("http://"))?;
    let body = if asked.is_null() { String::from_utf8_lossy(form).into_owned() } else { asked.to_string() };
    write!(upstream, "{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())?;
    Ok(upstream)
}
