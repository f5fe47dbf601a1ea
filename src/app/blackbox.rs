//! Black boxes of the running console: recorded as workloads die, found again, and opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::setup::Side;
use crate::core::blackbox::Tiding;
use crate::core::fault::Fault;
use crate::core::id::{BoxId, TargetId};
use crate::core::msg::Msg;
use crate::core::plan::Plan;
use crate::core::redact::Redactor;
use crate::evidence::recorder::{Expectation, Recorder, Tools};
use crate::evidence::shelf::{Listing, Shelf};

/// The boxes.
pub(super) struct Boxes {
    shelf: Arc<Shelf>,
    recorder: Option<Recorder>,
    answers: UnboundedSender<Msg>,
}

impl Boxes {
    /// The boxes on `shelf`; new ones are recorded only with `record`.
    pub(super) fn new(
        shelf: Arc<Shelf>,
        record: bool,
        targets: &BTreeMap<TargetId, Side>,
        redactor: Arc<Redactor>,
        answers: UnboundedSender<Msg>,
    ) -> Self {
        let tell = answers.clone();
        let recorder = record.then(|| {
            Recorder::start(Tools {
                readers: targets.iter().map(|(id, side)| (id.clone(), side.reader.clone())).collect(),
                shelf: shelf.clone(),
                redactor,
                // The loop that would read it may have ended; then nobody needs it.
                tell: Box::new(move |msg| _ = tell.send(msg)),
            })
        });
        let boxes = Self { shelf, recorder, answers };
        boxes.find();
        boxes
    }

    /// Where they are.
    pub(super) const fn shelf(&self) -> &Arc<Shelf> {
        &self.shelf
    }

    /// What is told of everything that happens.
    pub(super) const fn recorder(&self) -> Option<&Recorder> {
        self.recorder.as_ref()
    }

    /// The plan is about to run: what it ends is no surprise until the answer is dropped.
    pub(super) fn expect(&self, plan: &Plan) -> Option<Expectation> {
        let ids = plan.steps.iter().filter_map(|step| step.op.ends()).cloned().collect();
        self.recorder.as_ref().map(|recorder| recorder.expect(ids))
    }

    /// Opens a box.
    pub(super) fn open(&self, id: BoxId) {
        let (boxes, answers) = (self.shelf.clone(), self.answers.clone());
        tokio::task::spawn_blocking(move || {
            let content = boxes.open(&id);
            let _ = answers.send(Msg::BlackBox(Tiding::Opened(id, content)));
        });
    }

    /// Tells of those that were kept before.
    fn find(&self) {
        let (boxes, answers) = (self.shelf.clone(), self.answers.clone());
        tokio::task::spawn_blocking(move || {
            let Listing { heads, faults } = boxes.list();
            if let [first, others @ ..] = &*faults {
                let more =
                    if others.is_empty() { String::new() } else { format!(", as {} others", others.len()) };
                let fault = Fault::new(&first.object, format!("{}{more}", first.cause), &first.next);
                let _ = answers.send(Msg::Notice(fault));
            }
            if !heads.is_empty() {
                let _ = answers.send(Msg::BlackBox(Tiding::Found(heads)));
            }
        });
    }
}
