//! What sources tell besides the text of logs and details: it is kept and shown in many places, and so it is redacted
//! once, before anybody has it.
//!
//! Logs and details are not touched here: over them lies a veil that can be lifted.

use std::sync::Arc;

use super::{MARK, Redactor};
use crate::core::entity::{Entity, Workload};
use crate::core::event::{Event, Link, LogEvent};
use crate::core::fault::Fault;
use crate::core::logs::Arrival;

impl Redactor {
    /// Hides the secrets in an event.
    pub fn in_event(&self, event: &mut Event) {
        match event {
            Event::Link(Link::Lost { fault, .. } | Link::Ended(fault)) | Event::LogGroups(Err(fault)) => {
                self.in_fault(fault);
            }
            Event::Item(Entity::Workload(workload)) | Event::Upsert(Entity::Workload(workload)) => {
                self.in_workload(workload);
            }
            Event::Item(Entity::Service(service)) | Event::Upsert(Entity::Service(service)) => {
                for deployment in service.rollout.iter_mut().flat_map(|it| &mut it.deployments) {
                    self.in_text(&mut deployment.reason);
                }
            }
            Event::Lacks { own, around } => {
                for faults in [own, around] {
                    let mut told = faults.to_vec();
                    for fault in &mut told {
                        self.in_fault(fault);
                    }
                    *faults = told.into();
                }
            }
            Event::Guards(guards) => {
                let guards = Arc::make_mut(guards);
                for rule in &mut guards.rules {
                    self.in_text(&mut rule.note);
                }
                for what in guards.behind.values_mut().flatten() {
                    self.in_text(what);
                }
            }
            Event::Revisions(family) => {
                for revision in &mut Arc::make_mut(family).revisions {
                    for text in revision.facts.iter_mut().flat_map(|it| &mut it.images) {
                        self.in_text(text);
                    }
                }
            }
            Event::Deployments(_, all) => {
                let mut told = all.to_vec();
                for it in &mut told {
                    self.in_text(&mut it.reason);
                    self.in_text(&mut it.rollback);
                }
                *all = told.into();
            }
            Event::Log(
                LogEvent::Refused(why) | LogEvent::Arrival(Arrival::Polled { why: Some(why), .. }),
            ) => {
                self.in_text(why);
            }
            Event::Change(change) => self.in_text(&mut change.text),
            Event::Processes(_, list) => {
                let has_any = |row: &Vec<Arc<str>>| row.iter().any(|text| !self.ranges(text).is_empty());
                if list.rows.iter().any(has_any) {
                    for text in Arc::make_mut(list).rows.iter_mut().flatten() {
                        self.in_text(text);
                    }
                }
            }
            _ => {}
        }
    }

    /// Hides the secrets in what went wrong.
    pub fn in_fault(&self, fault: &mut Fault) {
        for text in [&mut fault.object, &mut fault.cause, &mut fault.next] {
            self.in_text(text);
        }
    }

    fn in_workload(&self, workload: &mut Workload) {
        self.in_text(&mut workload.command);
        if let Some(exit) = &mut workload.exit {
            self.in_text(&mut exit.error);
        }
        if let Some(balanced) = workload.task.as_mut().and_then(|it| it.balanced.as_mut()) {
            self.in_text(&mut balanced.why);
        }
        if let Some(end) = workload.task.as_mut().and_then(|it| it.end.as_mut()) {
            self.in_text(&mut end.reason);
        }
        for (name, value) in &mut workload.labels {
            if self.is_secret(name) {
                *value = Arc::from(MARK);
            } else {
                self.in_text(value);
            }
        }
    }

    fn in_text(&self, text: &mut Arc<str>) {
        if let std::borrow::Cow::Owned(redacted) = self.redact(text) {
            *text = Arc::from(redacted);
        }
    }
}
