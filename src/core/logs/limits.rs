//! The bounds of everything that a log could make grow.

/// A chunk is sealed when its text and index take this many bytes: small enough to drop alone, large enough that
/// there are few.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// What is shown of one line, in bytes as the container wrote them; the rest is `+N bytes`.
pub const SHOWN_BYTES: usize = 64 * 1024;

/// What is kept of one line for export, in bytes as the container wrote them; the rest is only counted.
pub const KEPT_BYTES: usize = 1024 * 1024;

/// What one stream may hold, in bytes of heap: about a quarter of a million ordinary lines.
pub const STREAM_BUDGET: usize = 32 * 1024 * 1024;

/// What all streams together may hold, in bytes of heap.
pub const GLOBAL_BUDGET: usize = 256 * 1024 * 1024;
