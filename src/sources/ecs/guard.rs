//! Whom security groups let in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::text;
use crate::clients::aws::network::types::{IpPermission, NetworkInterface, SecurityGroup};
use crate::core::entity::opening::{Guards, Opening, Rule, Whom};

/// What stands behind each security group, by its id.
pub(super) type Guarded = BTreeMap<String, Vec<Arc<str>>>;

/// These groups: whom their rules let in, and what stands behind each.
pub(super) fn guards(groups: &[SecurityGroup], guarded: Guarded) -> Guards {
    let mut rules = Vec::new();
    for group in groups {
        for permission in group.ip_permissions() {
            for (from, note) in whom(permission) {
                let opening = Opening { protocol: protocol(permission), ports: ports(permission), from };
                rules.push(Rule {
                    group: text(group.group_id()),
                    name: text(group.group_name()),
                    opening,
                    note,
                });
            }
        }
    }
    Guards { rules, behind: guarded.into_iter().map(|(group, all)| (text(Some(&group)), all)).collect() }
}

/// Who is let in, each with what somebody wrote about it.
fn whom(it: &IpPermission) -> Vec<(Whom, Arc<str>)> {
    let net = |net: Option<&str>| match net {
        Some("0.0.0.0/0" | "::/0") => Whom::Everybody,
        net => Whom::Net(text(net)),
    };
    let v4 = it.ip_ranges().iter().map(|it| (net(it.cidr_ip()), text(it.description())));
    let v6 = it.ipv6_ranges().iter().map(|it| (net(it.cidr_ipv6()), text(it.description())));
    let groups = it.user_id_group_pairs().iter();
    let groups = groups.map(|it| (Whom::Group(text(it.group_id())), text(it.description())));
    let lists =
        it.prefix_list_ids().iter().map(|it| (Whom::List(text(it.prefix_list_id())), text(it.description())));
    let mut all: Vec<_> = v4.chain(v6).chain(groups).chain(lists).collect();
    // Everybody over IPv4 and everybody over IPv6 is everybody.
    let mut has_all = false;
    all.retain(|(whom, _)| *whom != Whom::Everybody || !std::mem::replace(&mut has_all, true));
    all
}

fn protocol(it: &IpPermission) -> Arc<str> {
    match it.ip_protocol() {
        Some("-1") | None => Arc::from("all"),
        protocol => text(protocol),
    }
}

/// Every port, where the rule is for every protocol.
fn ports(it: &IpPermission) -> Option<(u16, u16)> {
    let port = |port: Option<i32>| u16::try_from(port?).ok();
    Some((port(it.from_port())?, port(it.to_port())?))
}

/// What a network interface belongs to, in words. AWS writes that into its description.
pub(super) fn holder(it: &NetworkInterface) -> Arc<str> {
    let description = it.description().unwrap_or_default();
    let instance = it.attachment().and_then(|it| it.instance_id());
    let words = match (description, instance) {
        ("RDSNetworkInterface", _) => "a database of RDS".to_owned(),
        (balancer, _) if balancer.starts_with("ELB ") => {
            // `ELB app/numbers/0123456789abcdef`
            format!("load balancer {}", balancer.split('/').nth(1).unwrap_or(&balancer[4..]))
        }
        (cache, _) if cache.starts_with("ElastiCache") => "a cache".to_owned(),
        (_, Some(instance)) => format!("instance {instance}"),
        ("", None) => it.network_interface_id().unwrap_or_default().to_owned(),
        (description, None) => description.to_owned(),
    };
    text(Some(&words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::aws::network::types::{IpRange, Ipv6Range, UserIdGroupPair};

    #[test]
    fn each_source_of_a_rule_is_a_line_and_everybody_is_one() {
        let web = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").description("the \u{1b}[31mweb").build())
            .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build());
        let database = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(5432)
            .to_port(5432)
            .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-1").build())
            .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-9").build());
        let everything = IpPermission::builder()
            .ip_protocol("-1")
            .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/16").build());
        let group = SecurityGroup::builder()
            .group_id("sg-2")
            .group_name("numbers-db")
            .ip_permissions(web.build())
            .ip_permissions(database.build())
            .ip_permissions(everything.build())
            .build();
        let guarded = Guarded::from([("sg-1".to_owned(), vec![Arc::from("service api")])]);
        let guards = guards(&[group], guarded);
        let told: Vec<String> = guards
            .rules
            .iter()
            .map(|it| format!("{} {} {}", it.opening.protocol, it.opening.ports(), it.opening.from.words()))
            .collect();
        assert_eq!(told, ["tcp 443 everybody", "tcp 5432 sg-1", "tcp 5432 sg-9", "all all 10.0.0.0/16"]);
        assert_eq!((&*guards.members("sg-1"), &*guards.members("sg-9")), ("service api", "sg-9"));
        let rules = guards.rules;
        assert!(!rules[0].note.contains('\u{1b}'));
    }

    #[test]
    fn what_an_interface_belongs_to_is_told_by_its_description() {
        let of = |description: &str| holder(&NetworkInterface::builder().description(description).build());
        assert_eq!(&*of("ELB app/numbers/0123456789abcdef"), "load balancer numbers");
        assert_eq!(&*of("RDSNetworkInterface"), "a database of RDS");
        assert_eq!(&*of("something else"), "something else");
    }
}
