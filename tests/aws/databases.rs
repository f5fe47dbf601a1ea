//! Databases of RDS in the network of a cluster, and the bastion that leads to them.

use serde_json::{Value, json};

use crate::around::{Network, serve};
use crate::home::Home;
use crate::support::aws::{Cluster, address, call};
use crate::support::engine::unique;
use crate::support::until;

/// A database of the rig's RDS behind a security group, and a bastion beside it; they go with it.
struct Database {
    name: String,
    bastion: String,
}

impl Database {
    fn new(guarded_by: &str) -> Self {
        let name = unique("db");
        let subnet = call("ec2", "describe_subnets", &json!({}))["Subnets"][0]["SubnetId"].clone();
        let wanted =
            json!({"DBSubnetGroupName": name, "DBSubnetGroupDescription": "a test's", "SubnetIds": [subnet]});
        call("rds", "create_db_subnet_group", &wanted);
        let wanted = json!({
            "DBInstanceIdentifier": name, "DBInstanceClass": "db.t3.micro", "Engine": "postgres",
            "EngineVersion": "11.12", "AllocatedStorage": 20, "MasterUsername": "numbers",
            "MasterUserPassword": "tr0ub4dor-and-3", "BackupRetentionPeriod": 0, "DBSubnetGroupName": name,
            "VpcSecurityGroupIds": [guarded_by],
        });
        call("rds", "create_db_instance", &wanted);
        let tags =
            json!([{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "numbers-Bastion"}]}]);
        let wanted = json!({"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "SubnetId": subnet, "TagSpecifications": tags});
        let made = call("ec2", "run_instances", &wanted);
        Self { name, bastion: made["Instances"][0]["InstanceId"].as_str().unwrap().to_owned() }
    }

    /// The address of the bastion.
    fn via(&self) -> String {
        let told = call("ec2", "describe_instances", &json!({"InstanceIds": [self.bastion]}));
        let instance = &told["Reservations"][0]["Instances"][0];
        format!("ssh://ec2-user@{}", instance["PublicIpAddress"].as_str().unwrap())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let gone = json!({"DBInstanceIdentifier": self.name, "SkipFinalSnapshot": true});
        call("rds", "delete_db_instance", &gone);
        call("rds", "delete_db_subnet_group", &json!({"DBSubnetGroupName": self.name}));
        call("ec2", "terminate_instances", &json!({"InstanceIds": [self.bastion]}));
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_database_beside_a_cluster_is_found_with_its_bastion_and_what_is_wrong_with_it() {
    let (network, cluster) = (Network::new(), Cluster::new("rds"));
    let database = Database::new(&network.groups[1]);
    serve(&cluster, &network);
    let home = Home::new(&cluster.name, &address());
    let row = |rows: Vec<Value>| rows.into_iter().find(|it| it["name"] == *database.name);
    until("the database", || row(home.list("databases")).is_some());
    let it = row(home.list("databases")).unwrap();
    assert_eq!((it["engine"].as_str(), it["version"].as_str()), (Some("postgres"), Some("11.12")));
    assert_eq!((it["environment"].as_str(), it["user"].as_str()), (Some("shop"), Some("numbers")));
    assert_eq!((it["via"].as_str(), it["backups"].as_f64()), (Some(&*database.via()), Some(0.0)));

    let rules: Vec<Value> = home.list("advice");
    for rule in ["no-backups", "end-of-life"] {
        let is_it =
            |it: &Value| it["rule"] == rule && it["finding"].as_str().unwrap().contains(&database.name);
        assert!(rules.iter().any(is_it), "{rule}: {rules:?}");
    }
    let exposure = home.list("exposure");
    let guarded = format!("database {}", database.name);
    let is_it = |it: &Value| it["port"] == "5432" && it["what"] == *guarded;
    let opening = exposure.iter().find(|it| is_it(it)).unwrap_or_else(|| panic!("{exposure:?}"));
    assert!(opening["from"].as_str().unwrap().contains("service web"), "{opening}");

    let terminal = home.console();
    terminal.send(":databases\r");
    terminal.wait_for("the database", |screen| screen.has(&database.name) && screen.has("11.12"));
    terminal.send("i");
    terminal
        .wait_for("all that RDS knows", |screen| screen.has("DBInstanceClass") && screen.has("db.t3.micro"));
    assert!(!terminal.screen().has("tr0ub4dor"));
}
