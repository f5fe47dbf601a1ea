//! What stands around a cluster: load balancers, and whom security groups let in.

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Cluster, Reply, Server, address, call};
use crate::support::engine::unique;
use crate::support::until;

/// Security groups, a load balancer and a target group of the rig's AWS; they go with it.
pub(crate) struct Network {
    /// That of the service and its load balancer, and that of a database.
    pub(crate) groups: Vec<String>,
    balancer: String,
    targets: String,
}

impl Network {
    pub(crate) fn new() -> Self {
        let group = |name: &str| {
            let made = call(
                "ec2",
                "create_security_group",
                &json!({"GroupName": unique(name), "Description": "a test's"}),
            );
            made["GroupId"].as_str().unwrap().to_owned()
        };
        let groups = vec![group("service"), group("database")];
        let everybody = json!([{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "for now"}]}]);
        let ours = json!([{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": groups[0]}]}]);
        for (group, rules) in groups.iter().zip([everybody, ours]) {
            call(
                "ec2",
                "authorize_security_group_ingress",
                &json!({"GroupId": group, "IpPermissions": rules}),
            );
        }
        let subnets = call("ec2", "describe_subnets", &json!({}));
        let subnets: Vec<&Value> =
            subnets["Subnets"].as_array().unwrap().iter().map(|it| &it["SubnetId"]).take(2).collect();
        let vpc = call("ec2", "describe_vpcs", &json!({}))["Vpcs"][0]["VpcId"].clone();
        let made = call(
            "elbv2",
            "create_load_balancer",
            &json!({"Name": unique("alb"), "Subnets": subnets, "SecurityGroups": [groups[0]]}),
        );
        let balancer = made["LoadBalancers"][0]["LoadBalancerArn"].as_str().unwrap().to_owned();
        let wanted =
            json!({"Name": unique("web"), "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"});
        let made = call("elbv2", "create_target_group", &wanted);
        let targets = made["TargetGroups"][0]["TargetGroupArn"].as_str().unwrap().to_owned();
        let forward = json!([{"Type": "forward", "TargetGroupArn": targets}]);
        call(
            "elbv2",
            "create_listener",
            &json!({"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": forward}),
        );
        Self { groups, balancer, targets }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        call("elbv2", "delete_load_balancer", &json!({"LoadBalancerArn": self.balancer}));
        call("elbv2", "delete_target_group", &json!({"TargetGroupArn": self.targets}));
        for group in self.groups.iter().rev() {
            call("ec2", "delete_security_group", &json!({"GroupId": group}));
        }
    }
}

/// A service behind the load balancer, whose tasks are real containers.
pub(crate) fn serve(cluster: &Cluster, network: &Network) {
    let mut web = cluster.container("web", "exec sleep 100000000");
    web["portMappings"] = json!([{"containerPort": 80}]);
    let wanted = json!({"family": cluster.name, "networkMode": "awsvpc", "containerDefinitions": [web]});
    call("ecs", "register_task_definition", &wanted);
    let subnet = call("ec2", "describe_subnets", &json!({}))["Subnets"][0]["SubnetId"].clone();
    let wanted = json!({
        "cluster": cluster.name, "serviceName": "web", "taskDefinition": cluster.name, "desiredCount": 1,
        "loadBalancers": [{"targetGroupArn": network.targets, "containerName": "web", "containerPort": 80}],
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [network.groups[0]]}},
    });
    call("ecs", "create_service", &wanted);
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_the_load_balancer_thinks_and_whom_security_groups_let_in_is_told() {
    let (network, cluster) = (Network::new(), Cluster::new("around"));
    serve(&cluster, &network);
    let home = Home::new(&cluster.name, &address());
    until("the verdict", || home.list("workloads").first().is_some_and(|it| it["balancer"] == "healthy"));
    assert_eq!(home.list("workloads")[0]["health"], "healthy");
    let rows = home.list("exposure");
    let find = |port: &str, group: &str| {
        let is_it = |it: &&Value| it["port"] == port && it["by"].as_str().unwrap().contains(group);
        rows.iter().find(is_it).unwrap_or_else(|| panic!("{rows:?}"))
    };
    let open = find("22", &network.groups[0]);
    assert_eq!((open["from"].as_str(), open["note"].as_str()), (Some("everybody"), Some("for now")));
    let what = open["what"].as_str().unwrap();
    assert!(what.contains("service web") && what.contains("load balancer qdt-"), "{what}");
    let inner = find("5432", &network.groups[1]);
    assert!(inner["from"].as_str().unwrap().contains("service web"), "{inner}");
    let advice = home.say(&["ls", "advice"]).unwrap();
    assert!(advice.contains("SSH is open to everybody"), "{advice}");
    let terminal = home.console();
    terminal.send("O");
    terminal.wait_for("who reaches what", |screen| screen.has("everybody") && screen.has("SSH is open"));
}

/// A cluster with a service behind a load balancer that finds it bad; EC2 may not be asked.
fn sick() -> Server {
    let group = "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/web/1";
    let xml = |call: &str, inner: &str| {
        Reply::Text(200, format!("<{call}Response><{call}Result>{inner}</{call}Result></{call}Response>"))
    };
    Server::start(move |operation, _, _| {
        match operation {
        "DescribeClusters" => Reply::Say(200, json!({"clusters": [{"clusterName": "sick", "status": "ACTIVE"}]})),
        "ListServices" => Reply::Say(200, json!({"serviceArns": ["arn:aws:ecs:us-east-1:1:service/sick/web"]})),
        "DescribeServices" => Reply::Say(200, json!({"services": [{
            "serviceName": "web", "desiredCount": 1, "runningCount": 1,
            "loadBalancers": [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
        }]})),
        "ListTasks" => Reply::Say(200, json!({"taskArns": ["arn:aws:ecs:us-east-1:1:task/sick/0123456789"]})),
        "DescribeTasks" => Reply::Say(200, json!({"tasks": [{
            "taskArn": "arn:aws:ecs:us-east-1:1:task/sick/0123456789", "lastStatus": "RUNNING", "group": "service:web",
            "launchType": "FARGATE", "containers": [{"name": "web", "lastStatus": "RUNNING",
                "networkInterfaces": [{"privateIpv4Address": "10.0.1.7"}]}],
        }]})),
        "ListContainerInstances" => Reply::Say(200, json!({"containerInstanceArns": []})),
        "DescribeTargetGroups" => xml("DescribeTargetGroups", &format!("<TargetGroups><member><TargetGroupArn>{group}</TargetGroupArn><TargetGroupName>web-tg</TargetGroupName><LoadBalancerArns><member>arn:lb</member></LoadBalancerArns></member></TargetGroups>")),
        "DescribeTargetHealth" => xml("DescribeTargetHealth", "<TargetHealthDescriptions><member><Target><Id>10.0.1.7</Id><Port>80</Port></Target><TargetHealth><State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason><Description>Health checks failed with these codes: [502]</Description></TargetHealth></member></TargetHealthDescriptions>"),
        "DescribeLoadBalancers" => Reply::Text(403, "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: elasticloadbalancing:DescribeLoadBalancers</Message></Error></ErrorResponse>".to_owned()),
        "DescribeDBInstances" => xml("DescribeDBInstances", "<DBInstances></DBInstances>"),
        other => Reply::error(400, "UnknownOperationException", other),
    }
    })
}

#[test]
fn a_target_that_fails_its_check_is_unhealthy_with_the_reason_and_what_may_not_be_read_is_named() {
    let server = sick();
    let home = Home::new("sick", server.address());
    let rows = home.list("workloads");
    assert_eq!((rows[0]["state"].as_str(), rows[0]["health"].as_str()), (Some("running"), Some("unhealthy")));
    assert_eq!(rows[0]["balancer"], "unhealthy: Health checks failed with these codes: [502]");
    let advice = home.say(&["ls", "advice", "--columns", "all"]).unwrap();
    assert!(
        advice.contains("not-read") && advice.contains("elasticloadbalancing:DescribeLoadBalancers"),
        "{advice}"
    );
}

#[test]
fn what_may_not_be_read_stays_named_until_it_may_however_rarely_it_is_asked() {
    let server = sick();
    let home = Home::new("sick", server.address());
    let terminal = home.console();
    terminal.send("R");
    let missing = "not authorized to perform: elasticloadbalancing:DescribeLoadBalancers";
    terminal.wait_for("the missing permission", |screen| screen.has(missing));
    let rounds = server.count("ListServices");
    until("three more rounds", || server.count("ListServices") >= rounds + 3);
    assert_eq!(server.count("DescribeLoadBalancers"), 1, "they are asked less often");
    assert!(terminal.screen().has(missing), "it is still named");
}
