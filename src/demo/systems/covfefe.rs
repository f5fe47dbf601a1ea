//! covfefe: a Compose application on one small EC2 instance that Docker Machine made.
//!
//! Its part of the story: since the last deploy the chatbot runs out of memory as it starts, again and again; the
//! certificate ends in nine days, and its renewal fails because the web application holds port 80. Its staging host
//! cannot be reached for a while.

use crate::core::change::{ChangeKind, Weight};
use crate::core::fault::Fault;
use crate::core::target::Technology;
use crate::demo::act::{Act, tell};
use crate::demo::blueprint::{Blueprint, Initial, Machine, Picture};
use crate::demo::part::{MIB, NOTHING, Part, Work};
use crate::demo::voice::{Topic, Voice};

const PROJECT: &str = "covfefe-flow";
const FOLDER: &str = "/srv/covfefe-flow";
const PORT_IN_USE: &str = "driver failed programming external connectivity on endpoint \
    covfefe-flow-letsencrypt-certbot-1: Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already \
    in use";
/// The second at which the chatbot was deployed. With the engine's growing pauses it has then run out of memory 24
/// times, the last time 21 seconds before the demo begins, and waits to be started again.
const DEPLOYED: f64 = -1_095.3;
/// Seconds that it runs.
const LASTS: f64 = 8.0;

const WEB: Topic = Topic {
    domain: "covfefe-flow.example",
    paths: &["/", "/api/covfefe", "/api/generate", "/chatbot/webhook", "/assets/main.js", "/assets/logo.svg"],
    peer: "172.20.0.6:8080",
};
const API: Topic = Topic {
    paths: &["/generate", "/health", "/words", "/sentiment"],
    peer: "tensorflow-serving:8500",
    ..WEB
};

fn part(name: &str, voice: Voice) -> Part {
    Part::new(name, voice).compose(PROJECT, FOLDER).policy("unless-stopped")
}

fn api() -> Part {
    part("api", Voice::Gunicorn)
        .about(API)
        .command("gunicorn --bind 0.0.0.0:8000 --workers 2 app:app")
        .processes(&[
            "gunicorn: master [app:app]",
            "gunicorn: worker [app:app]",
            "gunicorn: worker [app:app]",
        ])
        .env(&[
            ("TENSORFLOW_SERVING_HOST", "tensorflow-serving"),
            ("TWITTER_API_KEY", "demo-2b9f61c7a0"),
            ("TWITTER_API_SECRET", "demo-8d41f7e25c9ab3067f"),
            ("FLASK_SECRET_KEY", "demo-correct-horse-battery-staple"),
        ])
        .exposed(8000)
        .checked(6.0)
        .load(4.0, 92 * MIB, (5_200.0, 18_000.0), 5)
}

fn webapp() -> Part {
    part("webapp", Voice::Nginx)
        .about(WEB)
        .command("nginx -g daemon off;")
        .processes(&["nginx: master process nginx -g daemon off;", "nginx: worker process"])
        .published("0.0.0.0", 80, 80)
        .published("0.0.0.0", 443, 443)
        .mount("covfefe-flow_certificates_data", "/etc/ssl", false)
        .load(1.4, 9 * MIB, (22_000.0, 91_000.0), 2)
        .trouble((DEPLOYED, f64::MAX), 0.05, "connect() failed (111: Connection refused)")
}

fn chatbot() -> Part {
    part("chatbot", Voice::Python)
        .about(API)
        .command("python -m chatbot --model /models/current")
        .env(&[
            ("BOT_TOKEN", "demo-1187623:AAE9f0c2"),
            ("MODEL_PATH", "/models/current"),
            ("LOG_LEVEL", "INFO"),
        ])
        .mount("covfefe-flow_models_data", "/models", false)
        .exposed(8080)
        .limit(256 * MIB)
        .load(38.0, 180 * MIB, (1_900.0, 2_600.0), 9)
        .block(310_000.0, 900.0)
}

fn tensorflow() -> Part {
    part("tensorflow-serving", Voice::TensorFlow)
        .about(NOTHING)
        .command("tensorflow_model_server --port=8500 --model_name=covfefe --model_base_path=/models/covfefe")
        .env(&[("TF_CPP_MIN_LOG_LEVEL", "0")])
        .mount("covfefe-flow_models_data", "/models", false)
        .exposed(8500)
        .limit(384 * MIB)
        .load(7.0, 241 * MIB, (3_100.0, 2_000.0), 22)
}

fn job(name: &str, command: &str, seconds: f64) -> Part {
    Part::new(name, Voice::Batch)
        .compose(PROJECT, FOLDER)
        .command(command)
        .env(&[("TWITTER_API_KEY", "demo-2b9f61c7a0")])
        .mount("covfefe-flow_tweets_data", "/data", true)
        .work(Work::Job { seconds, code: 0 })
        .load(64.0, 210 * MIB, (88_000.0, 2_000.0), 4)
        .block(20_000.0, 160_000.0)
}

/// Images that are built on the host itself, by the name of their service.
fn built(plan: &mut Blueprint, service: &str, megabytes: u64, age: f64) -> usize {
    let tag = std::sync::Arc::from(format!("{PROJECT}-{service}:latest"));
    plan.picture(Picture { tag, size: megabytes * 1_000_000, age, pulled: false, present: true })
}

fn furnish(plan: &mut Blueprint) {
    plan.docker_networks(94.0);
    plan.network("covfefe-flow_default", "172.20.0.0/16", Some(PROJECT), 94.0);
    plan.volume("covfefe-flow_tweets_data", Some(PROJECT), 412_000_000, 94.0);
    plan.volume("covfefe-flow_models_data", Some(PROJECT), 1_380_000_000, 94.0);
    plan.volume("covfefe-flow_certificates_data", Some(PROJECT), 61_000, 94.0);
    plan.build_cache = 2_310_000_000;
}

pub(super) fn production() -> Blueprint {
    let mut plan = Blueprint::new("covfefe", Technology::Docker, "tcp://203.0.113.24:2376");
    plan.hosts.push(Machine::micro("covfefe", "Docker 24.0.9", "1.43"));
    plan.hosts[0].os = "Ubuntu 22.04.5 LTS";
    plan.hosts[0].kernel = "6.5.0-1022-aws";
    plan.pace = Some(420.0);
    furnish(&mut plan);
    let up = Initial::Up { hours: 311.0, restarts: 0 };

    let image = built(&mut plan, "api", 238, 13.0);
    plan.composed(api(), image, up);
    let image = built(&mut plan, "webapp", 48, 13.0);
    plan.composed(webapp(), image, up);
    let image = built(&mut plan, "tensorflow-serving", 1_120, 40.0);
    plan.composed(tensorflow(), image, Initial::Up { hours: 960.0, restarts: 2 });
    let old = plan.picture(Picture {
        tag: std::sync::Arc::from(""),
        size: 871_000_000,
        age: 13.0,
        pulled: false,
        present: true,
    });
    let image = built(&mut plan, "chatbot", 934, 0.02);
    let chatbot = plan.composed(chatbot().work(Work::Leaks { seconds: LASTS }), old, up);
    let image_of_jobs = built(&mut plan, "get-tweets", 152, 13.0);
    plan.composed(
        job("get-tweets", "python get_tweets.py", 95.0),
        image_of_jobs,
        Initial::Ended { hours: 9.6, code: 0 },
    );
    let image_of_train = built(&mut plan, "train", 2_430, 40.0);
    let train = job("train", "python train.py --epochs 12", 4_300.0).published("0.0.0.0", 6006, 6006);
    plan.composed(train, image_of_train, Initial::Ended { hours: 950.0, code: 0 });
    let certbot = Part::new("letsencrypt-certbot", Voice::Certbot)
        .compose(PROJECT, FOLDER)
        .about(WEB)
        .command("certbot certonly -n --standalone --agree-tos -d covfefe-flow.example -d www.covfefe-flow.example")
        .published("0.0.0.0", 80, 80)
        .published("0.0.0.0", 443, 443)
        .mount("covfefe-flow_certificates_data", "/etc/letsencrypt", true)
        .work(Work::Job { seconds: 14.0, code: 0 });
    let image_of_certbot = plan.image("certbot/certbot:latest", 132_000_000, 96.0);
    let certbot = plan.composed(certbot, image_of_certbot, Initial::Ended { hours: 81.0 * 24.0, code: 0 });
    plan.image("nginx:1.25-alpine", 42_600_000, 210.0);
    plan.image("node:18-alpine", 127_000_000, 190.0);

    let domain = "covfefe-flow.example";
    for second in [-10_920.0, 270.0] {
        plan.at(second, Act::Refuse { slot: certbot, error: PORT_IN_USE });
        let text = "ends in 9 days; renewal failed: port 80 is held by covfefe-flow-webapp-1";
        plan.at(second + 1.0, tell(Some(PROJECT), domain, ChangeKind::Certificate, Weight::Bad, text));
    }
    let deploy = |weight, text: &str| tell(Some(PROJECT), "chatbot", ChangeKind::Deploy, weight, text);
    plan.at(DEPLOYED - 42.0, deploy(Weight::Quiet, "building covfefe-flow-chatbot on covfefe"));
    plan.at(DEPLOYED - 2.0, Act::Pull { image });
    plan.at(DEPLOYED, Act::Replace { slot: chatbot, image: Some(image) });
    plan.at(DEPLOYED + 1.0, deploy(Weight::Notable, "recreated with a new image by ada"));
    plan
}

pub(super) fn staging() -> Blueprint {
    let address = "tcp://203.0.113.77:2376";
    let mut plan = Blueprint::new("covfefe-staging", Technology::Docker, address);
    plan.hosts.push(Machine::micro("covfefe-staging", "Docker 24.0.9", "1.43"));
    plan.hosts[0].os = "Ubuntu 22.04.5 LTS";
    plan.hosts[0].kernel = "6.5.0-1022-aws";
    plan.pace = Some(600.0);
    plan.outages = vec![(0.0, 95.0), (1_260.0, 1_380.0)];
    plan.fault = Fault::new(
        address,
        "connection timed out after 10s",
        "the instance may have come back with another address: compare `docker-machine ip covfefe-staging`",
    );
    furnish(&mut plan);
    let up = Initial::Up { hours: 52.0, restarts: 0 };
    for (part, megabytes) in [(api(), 238), (webapp(), 48), (tensorflow(), 1_120), (chatbot(), 934)] {
        let part = Part { troubles: Vec::new(), per_minute: part.per_minute / 10.0, ..part };
        let image = built(&mut plan, &part.name, megabytes, 2.2);
        plan.composed(part, image, up);
    }
    let text = "covfefe-flow at commit 5be07d1: all four services recreated";
    plan.at(-52.0 * 3600.0, tell(Some(PROJECT), PROJECT, ChangeKind::Deploy, Weight::Good, text));
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_seven_services_of_the_compose_file_are_there() {
        let plan = production();
        let names: Vec<&str> = plan.services.iter().map(|it| &*it.name).collect();
        assert_eq!(
            names,
            ["api", "webapp", "tensorflow-serving", "chatbot", "get-tweets", "train", "letsencrypt-certbot"]
        );
    }
}
