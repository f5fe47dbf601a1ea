//! Messages to the operator: the result of every action and every error, kept for the session.

use std::collections::VecDeque;
use std::sync::Arc;

use super::change::Weight;
use super::fault::Fault;
use super::time::Now;

/// How many messages are kept.
const KEPT: usize = 200;
/// How long a message that is no error stays at the bottom of the screen, in milliseconds.
pub const SHOWN_MS: u64 = 6_000;

/// What a message is about, where that can get better by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// What went wrong was something of this name.
    Object(Arc<str>),
    /// Runs were interrupted.
    Interrupted,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// When it was given.
    pub at: Now,
    /// How bad it is.
    pub weight: Weight,
    /// The words.
    pub text: Arc<str>,
    /// What it is about.
    pub about: Option<About>,
}

/// The messages of this session, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    all: VecDeque<Message>,
    dismissed: bool,
}

impl Messages {
    /// Says something.
    pub fn say(&mut self, at: Now, weight: Weight, text: impl AsRef<str>) {
        self.take(Message { at, weight, text: Arc::from(text.as_ref()), about: None });
    }

    /// Says what went wrong.
    pub fn fault(&mut self, at: Now, fault: &Fault) {
        let about = Some(About::Object(fault.object.clone()));
        self.take(Message { at, weight: Weight::Bad, text: Arc::from(fault.to_string()), about });
    }

    /// Says that runs were interrupted.
    pub fn interrupted(&mut self, at: Now, text: impl AsRef<str>) {
        let about = Some(About::Interrupted);
        self.take(Message { at, weight: Weight::Bad, text: Arc::from(text.as_ref()), about });
    }

    fn take(&mut self, message: Message) {
        if self.all.len() == KEPT {
            self.all.pop_front();
        }
        self.all.push_back(message);
        self.dismissed = false;
    }

    /// The message to show: the last one, until it was dismissed or (unless it is bad) was shown for long enough.
    pub fn current(&self, now: Now) -> Option<&Message> {
        let last = self.all.back()?;
        let over = last.weight != Weight::Bad && now.millis_since(last.at.0) > SHOWN_MS;
        (!self.dismissed && !over).then_some(last)
    }

    /// Takes the message off the screen.
    pub const fn dismiss(&mut self) {
        self.dismissed = true;
    }

    /// All messages, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> + ExactSizeIterator {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Now {
        Now(jiff::Timestamp::from_second(second).unwrap())
    }

    #[test]
    fn a_result_goes_by_itself_and_an_error_stays_until_it_is_dismissed() {
        let mut messages = Messages::default();
        messages.say(at(0), Weight::Good, "restarted web");
        assert!(messages.current(at(5)).is_some());
        assert!(messages.current(at(7)).is_none());
        messages.say(at(10), Weight::Bad, "web: no such container");
        assert!(messages.current(at(1000)).is_some());
        messages.dismiss();
        assert!(messages.current(at(1001)).is_none());
        assert_eq!(messages.iter().len(), 2);
    }
}
