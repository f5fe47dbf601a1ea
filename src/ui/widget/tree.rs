//! What stands before a line of a tree: the guides to its parents, and whether it can be opened.

use crate::ui::theme::Glyphs;

/// Whether something lies below a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Nothing does.
    Leaf,
    /// It is not shown.
    Folded,
    /// It is shown.
    Unfolded,
}

/// The guides before a line and its folding mark. `more` says for each level, the line's own last, whether further lines
/// of that level follow below; a root has no level.
pub fn prefix(more: &[bool], fold: Fold, glyphs: &Glyphs) -> String {
    let mut text = String::new();
    if let Some((own, parents)) = more.split_last() {
        for follows in parents {
            text.push_str(if *follows { glyphs.branch_past } else { "   " });
        }
        text.push_str(if *own { glyphs.branch } else { glyphs.branch_last });
    }
    match fold {
        Fold::Leaf => {}
        Fold::Folded => text.extend([glyphs.folded, " "]),
        Fold::Unfolded => text.extend([glyphs.unfolded, " "]),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(glyphs: &Glyphs) -> String {
        [
            (&[] as &[bool], Fold::Unfolded, "api-1"),
            (&[true], Fold::Unfolded, "Config"),
            (&[true, true], Fold::Leaf, "Image"),
            (&[true, false], Fold::Folded, "Env"),
            (&[false], Fold::Unfolded, "State"),
            (&[false, false], Fold::Leaf, "Running"),
        ]
        .map(|(more, fold, name)| prefix(more, fold, glyphs) + name)
        .join("\n")
    }

    #[test]
    fn guides_lead_from_each_line_to_its_parents() {
        insta::assert_snapshot!(tree(&Glyphs::UNICODE), @r"
        ▾ api-1
        ├─ ▾ Config
        │  ├─ Image
        │  └─ ▸ Env
        └─ ▾ State
           └─ Running
        ");
        insta::assert_snapshot!(tree(&Glyphs::ASCII), @r"
        - api-1
        |- - Config
        |  |- Image
        |  `- + Env
        `- - State
           `- Running
        ");
    }
}
