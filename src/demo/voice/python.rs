//! Python programs, and what they serve models with.

use super::{Farewell, Said, Speaker, err, out, visitor};
use crate::demo::chance::Dice;

pub(super) fn gunicorn(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let path = dice.pick(speaker.topic.paths);
    if let Some(trouble) = speaker.trouble {
        let date = speaker.date("%Y-%m-%d %H:%M:%S,%3f");
        let line = dice.between(40, 320);
        return vec![
            err(format!("[{date}] ERROR in app: Exception on {path} [GET]")),
            err("Traceback (most recent call last):"),
            err("  File \"/usr/local/lib/python3.12/site-packages/flask/app.py\", line 1473, in wsgi_app"),
            err("    response = self.full_dispatch_request()"),
            err(
                "  File \"/usr/local/lib/python3.12/site-packages/flask/app.py\", line 880, in full_dispatch_request",
            ),
            err("    rv = self.dispatch_request()"),
            err(format!("  File \"/app/views.py\", line {line}, in handle")),
            err("    with session_scope() as session:"),
            err(format!("ConnectionError: {trouble} ({})", speaker.topic.peer)),
        ];
    }
    let date = speaker.date("%d/%b/%Y:%H:%M:%S +0000");
    if dice.falls(0.004) {
        let date = speaker.date("%Y-%m-%d %H:%M:%S +0000");
        return vec![err(format!(
            "[{date}] [1] [WARNING] Worker (pid:{}) was slow to answer",
            dice.between(7, 12)
        ))];
    }
    let status = match dice.between(0, 100) {
        0..94 => 200,
        94..97 => 304,
        97..99 => 401,
        _ => 404,
    };
    let (visitor, bytes, millis) = (visitor(dice), dice.between(40, 9_000), dice.between(3, 240));
    vec![out(format!(
        "{visitor} - - [{date}] \"GET {path} HTTP/1.0\" {status} {bytes} \"-\" \"-\" {millis}ms"
    ))]
}

pub(super) fn gunicorn_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S +0000");
    [
        "[1] [INFO] Starting gunicorn 23.0.0",
        "[1] [INFO] Listening at: http://0.0.0.0:8000 (1)",
        "[1] [INFO] Using worker: sync",
        "[7] [INFO] Booting worker with pid: 7",
        "[8] [INFO] Booting worker with pid: 8",
    ]
    .iter()
    .map(|what| err(format!("[{date}] {what}")))
    .collect()
}

pub(super) fn gunicorn_closes(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S +0000");
    [
        "[1] [INFO] Handling signal: term",
        "[8] [INFO] Worker exiting (pid: 8)",
        "[1] [INFO] Shutting down: Master",
    ]
    .iter()
    .map(|what| err(format!("[{date}] {what}")))
    .collect()
}

pub(super) fn says(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S,%3f");
    if let Some(trouble) = speaker.trouble {
        return vec![
            err(format!("{date} ERROR chatbot.session: reply failed")),
            err("Traceback (most recent call last):"),
            err(format!("  File \"/chatbot/session.py\", line {}, in reply", dice.between(60, 210))),
            err("    answer = self.model.generate(prompt, temperature=0.7)"),
            err("  File \"/chatbot/model.py\", line 88, in generate"),
            err("    response = self.http.post(self.url, json=body, timeout=5)"),
            err(format!("requests.exceptions.ConnectionError: {trouble}")),
        ];
    }
    let (session, words, millis) = (dice.next().hex(6), dice.between(4, 28), dice.between(120, 900));
    vec![match dice.between(0, 10) {
        0 => out(format!("{date} DEBUG chatbot.cache: {} sessions in memory", dice.between(3, 60))),
        1 => out(format!("{date} WARNING chatbot.model: reply took {} ms", millis + 2_000)),
        _ => out(format!(
            "{date} INFO chatbot.session: session={session} reply of {words} words in {millis} ms"
        )),
    }]
}

pub(super) fn opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S,%3f");
    [
        "chatbot: starting (python 3.12.7)",
        "chatbot.model: loading vocabulary (32000 words)",
        "chatbot.model: loading embeddings (340 MB)",
    ]
    .iter()
    .map(|what| out(format!("{date} INFO {what}")))
    .collect()
}

pub(super) fn closes(speaker: &Speaker<'_>, farewell: Farewell) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S,%3f");
    match farewell {
        Farewell::Failed => vec![err(format!("{date} CRITICAL chatbot: cannot go on"))],
        _ => vec![out(format!("{date} INFO chatbot: bye"))],
    }
}

pub(super) fn tensorflow(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S%.6f");
    let version = dice.between(3, 5);
    vec![err(match dice.between(0, 8) {
        0 => format!(
            "{date}: W tensorflow_serving/util/retrier.cc:33] Retrying of retrieving model version {version}"
        ),
        _ => format!(
            "{date}: I tensorflow_serving/servables/tensorflow/predict_impl.cc:63] Predict on covfefe/{version}: {} ms",
            dice.between(8, 140)
        ),
    })]
}

pub(super) fn tensorflow_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let date = speaker.date("%Y-%m-%d %H:%M:%S%.6f");
    [
        "I tensorflow_serving/model_servers/server.cc:77] Building single TensorFlow model file config: model_name: covfefe",
        "I tensorflow_serving/core/loader_harness.cc:95] Successfully loaded servable version {name: covfefe version: 4}",
        "I tensorflow_serving/model_servers/server.cc:423] Running gRPC ModelServer at 0.0.0.0:8500 ...",
    ]
    .iter()
    .map(|what| err(format!("{date}: {what}")))
    .collect()
}
