//! A keymap file as it was found; reading it is `file`'s affair.

/// No keymap is larger than this many bytes: what is, is another file, and would only take long to be refused.
pub(super) const LARGEST: usize = 64 * 1024;

/// A keymap file that was read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name: the file's name without `.toml`.
    pub name: &'a str,
    /// Its path, for error messages.
    pub path: &'a str,
    /// What it says.
    pub text: &'a str,
}
