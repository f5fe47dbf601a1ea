use super::super::super::line::Level;
use super::super::level;

const LINES: &str = include_str!("../../../../../tests/logs/levels.txt");

fn named(name: &str) -> Option<Level> {
    Some(match name {
        "none" => return None,
        "trace" => Level::Trace,
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warn" => Level::Warn,
        "error" => Level::Error,
        "fatal" => Level::Fatal,
        other => panic!("{other} is no level"),
    })
}

#[test]
fn the_level_of_every_program_s_lines_is_found() {
    let lines: Vec<&str> = LINES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert!(lines.len() >= 200, "{}", lines.len());
    let mut wrong = Vec::new();
    for line in lines {
        let (expected, text) = line.split_once('|').unwrap();
        let text = text.replace("\\t", "\t");
        let found = level(&text);
        if found != named(expected) {
            wrong.push(format!("{expected} expected, {found:?} found: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
