//! An answer in XML, as the same tree that an answer in JSON is.

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

/// How deep an answer may be nested: deeper than any that AWS gives.
const DEPTH: usize = 32;

/// The tree of an answer; `null` where it is no XML.
///
/// What has a name is a part of its object, what comes several times is a list, and text stays text. XML does not tell a
/// list of one from an object with one part: what is called in the plural, as AWS calls all its lists, is a list.
pub(super) fn tree(body: &str) -> Value {
    Document::parse(body).map_or(Value::Null, |it| value(it.root_element(), DEPTH))
}

fn value(it: Node<'_, '_>, depth: usize) -> Value {
    let children = || it.children().filter(Node::is_element);
    let Some(first) = children().next().filter(|_| depth > 0) else {
        return match it.text().map(str::trim) {
            None | Some("") => Value::Null,
            Some("true") => Value::Bool(true),
            Some("false") => Value::Bool(false),
            Some(text) => Value::String(text.to_owned()),
        };
    };
    let name = first.tag_name().name();
    if children().all(|child| child.tag_name().name() == name) && is_list(it, name, children().count()) {
        return children().map(|child| value(child, depth - 1)).collect();
    }
    let mut parts = Map::new();
    for child in children() {
        let (name, value) = (child.tag_name().name(), value(child, depth - 1));
        if !value.is_null() {
            parts.insert(name.to_owned(), value);
        }
    }
    Value::Object(parts)
}

/// Whether what holds `count` things called `item` is a list of such: it is called after them, as in `VpcSecurityGroups` of
/// `VpcSecurityGroupMembership`.
fn is_list(it: Node<'_, '_>, item: &str, count: usize) -> bool {
    let name = it.tag_name().name();
    let one = ["List", "Set", "s"].iter().find_map(|end| name.strip_suffix(end));
    let is_after = one.is_some_and(|one| item.contains(one) || one.ends_with(item));
    count > 1 || matches!(item, "member" | "item") || is_after
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_of_rds_reads_like_one_in_json() {
        let body = r#"<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
            <DescribeDBInstancesResult><DBInstances><DBInstance>
                <DBInstanceIdentifier>numbers &amp; more</DBInstanceIdentifier><MultiAZ>false</MultiAZ>
                <AllocatedStorage>20</AllocatedStorage><DBName/>
                <Endpoint><Address>db.internal</Address></Endpoint>
                <TagList><Tag><Key>a</Key></Tag><Tag><Key>b</Key></Tag></TagList>
                <Exports><member>postgresql</member></Exports>
                <VpcSecurityGroups><VpcSecurityGroupMembership><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>
                <PendingModifiedValues><DBInstanceClass>db.t3.small</DBInstanceClass></PendingModifiedValues>
            </DBInstance></DBInstances></DescribeDBInstancesResult>
        </DescribeDBInstancesResponse>"#;
        let instance = json!({
            "DBInstanceIdentifier": "numbers & more",
            "MultiAZ": false,
            "AllocatedStorage": "20",
            "Endpoint": {"Address": "db.internal"},
            "TagList": [{"Key": "a"}, {"Key": "b"}],
            "Exports": ["postgresql"],
            "VpcSecurityGroups": [{"Status": "active"}],
            "PendingModifiedValues": {"DBInstanceClass": "db.t3.small"},
        });
        assert_eq!(tree(body), json!({"DescribeDBInstancesResult": {"DBInstances": [instance]}}));
    }

    #[test]
    fn what_is_no_xml_or_without_an_end_is_no_answer() {
        assert_eq!(tree("<a><b></a>"), Value::Null);
        assert_eq!(tree("{}"), Value::Null);
        let deep = format!("{}{}", "<a>".repeat(900), "</a>".repeat(900));
        assert!(tree(&deep).is_object());
    }
}
