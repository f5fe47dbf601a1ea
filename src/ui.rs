//! Drawing: the model, in the colours of a theme, onto a grid of cells. Nothing here changes anything.

mod color;
#[cfg(test)]
mod golden;
pub mod picture;
pub mod theme;
pub mod widget;
