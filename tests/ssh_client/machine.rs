//! The machine at the other end, asked over the same connection as its engine.

use futures_util::StreamExt as _;
use quarterdeck::clients::ssh::Pool;
use quarterdeck::core::event::Event;
use quarterdeck::core::id::TargetId;
use quarterdeck::core::source::SourceId;
use quarterdeck::core::subject::Subject;
use quarterdeck::sources::Source as _;
use quarterdeck::sources::machine::Machine;

use crate::support::sshd::Sshd;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_machine_says_how_it_is() {
    let sshd = Sshd::start("");
    let id = SourceId { target: TargetId::new("far"), subject: Subject::Machine };
    let source = Machine::new(id, Pool::new(sshd.connector()).lane(&sshd.destination()));
    let told = source.watch().next().await.unwrap().unwrap();
    let Event::Machine(machine) = told else { panic!("{told:?}") };
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    assert_eq!(&*machine.kernel, kernel.trim());
    assert!(machine.memory > machine.available && machine.available > 0 && machine.up > 0);
    assert!(
        machine.disks.iter().any(|disk| disk.size > 0 && (0.0..=1.0).contains(&disk.taken)),
        "{machine:?}"
    );
    assert_eq!(sshd.children().len(), 1);
}
