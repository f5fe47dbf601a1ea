//! The list of calls to AWS: what this program asks, how much of what AWS allows that is, and how old its answers are.

use crate::core::calls::Calls;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, RowId, Rows, Scene};

/// From this part of what AWS allows on, in percent, other programs of the account notice it.
const MUCH: f32 = 35.0;

/// Calls to AWS.
pub struct Budgets;

impl Rows for Budgets {
    type Row = Calls;

    const SORT: (&'static str, bool) = ("used", true);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Calls> + 'a> {
        Box::new(scene.derived.calls.iter())
    }

    fn id(row: &Calls) -> RowId {
        RowId::Calls(Box::new(row.id.clone()))
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Calls> {
        match id {
            RowId::Calls(id) => scene.derived.calls.iter().find(|it| it.id == **id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Calls>] = &[
        Column::<Calls>::new("account", "ACCOUNT", "Account and region that is asked", (12, 36), |it, _| {
            Cell::text(&*it.id.whom)
        }),
        Column::<Calls>::new("calls", "CALLS", "What is asked about", (14, 24), |it, _| {
            Cell::text(it.id.category).meaning(Meaning::Strong)
        }),
        Column::<Calls>::new("minute", "/MIN", "Calls within the last minute", (5, 6), |it, _| {
            Cell::count(u64::from(it.last_minute))
        })
        .right()
        .greatest_first(),
        Column::<Calls>::new("allowed", "ALLOWED", "Calls a minute that AWS allows", (7, 7), |it, _| {
            Cell::count(u64::from(it.allowed)).meaning(Meaning::Muted)
        })
        .right()
        .rank(3),
        Column::<Calls>::new("used", "USED%", "Part of what AWS allows, in percent", (6, 6), |it, _| {
            let used = it.used();
            Cell::tenths(used).meaning(if used >= MUCH { Meaning::Warn } else { Meaning::Text })
        })
        .right()
        .greatest_first(),
        Column::<Calls>::new("made", "MADE", "Calls since this program began", (6, 9), |it, _| {
            Cell::count(it.made)
        })
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Calls>::new("refused", "REFUSED", "Calls that AWS refused: too many", (7, 9), |it, _| {
            let meaning = if it.refused > 0 { Meaning::Warn } else { Meaning::Muted };
            Cell::count(it.refused).meaning(meaning)
        })
        .right()
        .rank(1)
        .greatest_first(),
        Column::<Calls>::new("speed", "SPEED", "How fast new ones are made", (6, 6), |it, _| {
            if it.speed >= 1.0 {
                Cell::number(1.0, "full").meaning(Meaning::Muted)
            } else {
                Cell::number(it.speed, format!("{:.0} %", it.speed * 100.0)).meaning(Meaning::Warn)
            }
        })
        .right()
        .rank(2),
        Column::<Calls>::new("answered", "LAST", "Time since the last answer", (5, 6), |it, scene| {
            it.answered.map_or(Cell::EMPTY, |at| Cell::age(scene.now.seconds_since(at)))
        })
        .right()
        .rank(1),
    ];
}
