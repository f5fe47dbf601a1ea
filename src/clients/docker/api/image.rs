//! Images: the list, and the history of one.

use std::collections::BTreeMap;

use super::answer;

answer! {
    /// One image of the list.
    Summary {
        /// Its id: `sha256:…`.
        id: String = "Id",
        /// Repository and tag of each of its names; `<none>:<none>` where it has none, in older engines.
        tags: Vec<String> = "RepoTags",
        /// Registry digests: `nginx@sha256:…`.
        digests: Vec<String> = "RepoDigests",
        /// When it was built, in seconds since 1970.
        created: i64 = "Created",
        /// Bytes, shared layers included.
        size: i64 = "Size",
        /// Containers made from it; −1 where the engine did not count.
        containers: i64 = "Containers",
        /// Its labels.
        labels: BTreeMap<String, String> = "Labels",
    }
}

answer! {
    /// One step of how an image was built, newest first.
    Layer {
        /// The id of that layer's image; `<missing>` where it was built elsewhere.
        id: String = "Id",
        /// When, in seconds since 1970.
        created: i64 = "Created",
        /// The instruction.
        created_by: String = "CreatedBy",
        /// The names of that layer's image.
        tags: Vec<String> = "Tags",
        /// Bytes that it added.
        size: i64 = "Size",
        /// A remark.
        comment: String = "Comment",
    }
}
