//! Jobs that run once and end.

use super::{Farewell, Said, Speaker, Voice, err, out};
use crate::demo::chance::Dice;

pub(super) fn certbot_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    vec![
        err("Saving debug log to /var/log/letsencrypt/letsencrypt.log"),
        out(format!("Requesting a certificate for {}", speaker.topic.domain)),
    ]
}

pub(super) fn backup_opens(speaker: &Speaker<'_>) -> Vec<Said> {
    let time = speaker.date("%Y-%m-%dT%H:%M:%SZ");
    let archive = format!("site-{}.tar.gz", speaker.date("%Y-%m-%d"));
    vec![
        err(format!("time={time} level=INFO msg=\"Starting\" volumes=web,database archive={archive}")),
        err(format!("time={time} level=INFO msg=\"Found bucket\" bucket={}", speaker.topic.peer)),
    ]
}

pub(super) fn backup(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    let time = speaker.date("%Y-%m-%dT%H:%M:%SZ");
    let peer = speaker.topic.peer;
    vec![err(match speaker.trouble {
        Some(trouble) => {
            format!("time={time} level=ERROR msg=\"Upload failed\" bucket={peer} error=\"{trouble}\"")
        }
        None => format!(
            "time={time} level=INFO msg=\"Waiting for the schedule\" free_mb={}",
            dice.between(9_000, 9_400)
        ),
    })]
}

pub(super) fn batch_opens(_: &Speaker<'_>) -> Vec<Said> {
    vec![out("starting"), out("reading the list of work")]
}

pub(super) fn batch(speaker: &Speaker<'_>, dice: &mut Dice) -> Vec<Said> {
    match speaker.trouble {
        Some(trouble) => vec![err(format!("item {} failed: {trouble}", dice.between(1, 5_000)))],
        None => vec![out(format!("item {} done in {} ms", dice.between(1, 5_000), dice.between(5, 700)))],
    }
}

pub(super) fn closes(voice: Voice, speaker: &Speaker<'_>, farewell: Farewell) -> Vec<Said> {
    let time = speaker.date("%Y-%m-%dT%H:%M:%SZ");
    let peer = speaker.topic.peer;
    match (voice, farewell) {
        (Voice::Certbot, Farewell::Failed) => vec![
            err("Could not bind TCP port 80 because it is already in use by another process on this system."),
            err("Some challenges have failed."),
        ],
        (Voice::Certbot, _) => vec![
            out("Successfully received certificate."),
            out(format!(
                "Certificate is saved at: /etc/letsencrypt/live/{}/fullchain.pem",
                speaker.topic.domain
            )),
        ],
        (Voice::Backup, _) => vec![err(format!("time={time} level=INFO msg=\"Stopped\" bucket={peer}"))],
        (_, Farewell::Failed) => vec![err("gave up")],
        _ => vec![out("all done")],
    }
}
