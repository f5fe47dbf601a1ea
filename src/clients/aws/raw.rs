//! An answer as AWS wrote it, for the trees that show everything: the types of the SDK cannot be written as JSON.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

/// Keeps the body of an answer that is JSON.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw(Arc<Mutex<Value>>);

impl Raw {
    /// The answer; `null` where it was none, or no JSON.
    pub(super) fn take(&self) -> Value {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
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
        if let Ok(answer) = serde_json::from_slice(body) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        }
        Ok(())
    }
}
