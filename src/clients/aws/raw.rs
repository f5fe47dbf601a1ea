//! An answer as AWS wrote it, for the trees that show everything: the types of the SDK cannot be written as JSON.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use serde_json::Value;

use super::xml;

/// Keeps the body of an answer that is JSON or XML.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw(Arc<Mutex<Value>>);

impl Raw {
    /// The answer; `null` where it was none, or neither of both.
    pub(super) fn take(&self) -> Value {
        dated(self.0.lock().unwrap_or_else(PoisonError::into_inner).take())
    }
}

/// The same with moments as such: in JSON, AWS writes them as seconds since 1970 (`createdAt`, `startedAt`).
fn dated(tree: Value) -> Value {
    match tree {
        Value::Array(items) => items.into_iter().map(dated).collect(),
        Value::Object(parts) => {
            let part = |(name, part): (String, Value)| {
                let moment = part.as_f64().filter(|_| name.ends_with("At"));
                let moment = moment.and_then(|it| Timestamp::from_millisecond((it * 1000.0) as i64).ok());
                (name, moment.map_or_else(|| dated(part), |it| Value::String(it.to_string())))
            };
            parts.into_iter().map(part).collect()
        }
        other => other,
    }
}

#[dyn_dispatch_hint]
impl Intercept for Raw {
    fn name(&self) -> &'static str {
        "Raw"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let answer =
            serde_json::from_slice(body).unwrap_or_else(|_| xml::tree(&String::from_utf8_lossy(body)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn seconds_since_1970_become_moments_and_other_numbers_stay() {
        let tree = json!({"tasks": [{"createdAt": 1_795_794_307.25, "version": 3, "stoppedAt": null}]});
        let dated = dated(tree);
        assert_eq!(
            dated,
            json!({"tasks": [{"createdAt": "2026-11-27T15:45:07.25Z", "version": 3, "stoppedAt": null}]})
        );
    }
}
