/** Why a change of a key replaces or deletes resources, and what that means to what runs. */
interface Explanation {
    /** Types of these resources. */
    readonly types: readonly string[];
    readonly text: string;
}

const because = (text: string, ...types: readonly string[]): readonly Explanation[] => [{ types, text }];

const network = {
    group: "aws:ec2/securityGroup:SecurityGroup",
    ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
    address: "aws:ec2/eip:Eip",
    gateway: "aws:ec2/natGateway:NatGateway",
    route: "aws:ec2/route:Route",
    table: "aws:ec2/routeTable:RouteTable",
    association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    subnet: "aws:ec2/subnet:Subnet",
} as const;
const logs = "aws:cloudwatch/logGroup:LogGroup";
const key = "aws:kms/key:Key";
const instance = "aws:rds/clusterInstance:ClusterInstance";
const proxyEndpoint = "aws:rds/proxyEndpoint:ProxyEndpoint";
const proxy = [
    "aws:rds/proxy:Proxy",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
    "aws:rds/proxyTarget:ProxyTarget",
    proxyEndpoint,
];
const nodes = "aws:eks/nodeGroup:NodeGroup";
const pods = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const parameters = "aws:rds/clusterParameterGroup:ClusterParameterGroup";

const schema = "postgresql:index/schema:Schema";
const namespace = "kubernetes:core/v1:Namespace";

const extensionGone = because(
    "Deliberate: PostgreSQL refuses to drop an extension that a table needs.",
    "postgresql:index/extension:Extension",
);
const schemaGone = because(
    "Deliberate: PostgreSQL refuses to drop a schema that is not empty: `retire` says what becomes of one that is not, and `formerly` renames it.",
    schema,
);
const moved = because(
    "Deliberate: Kubernetes cannot move pods between namespaces. The service is deployed in the other one, and the earlier one is deleted when nothing of the stack is in it.",
    namespace,
    pods,
);
const renamed = because(
    "Deliberate: pods get to the database by their service account. The Deployment's pods are replaced one after another.",
    pods,
);
const accessGone = [
    ...schemaGone,
    ...because("Deliberate: without access, the namespaces of the services go, with what else is in them.", namespace),
];

const fromExistingCluster = because(
    "Deliberate: the services run in the new cluster, in namespaces with the same names; what is in those of the existing cluster goes. Nothing else of that cluster is touched.",
    network.ingress,
    namespace,
);

/** By key, and by the change's name. */
export const explanations: Readonly<Record<string, Readonly<Record<string, readonly Explanation[]>>>> = {
    "platform.network.zones": {
        lowered: because(
            "Deliberate: what is in the zone goes with it. Its node group is drained first; a zone in which the control plane or an instance of the database runs is kept, by a refusal.",
            network.address,
            network.gateway,
            network.route,
            network.table,
            network.association,
            network.subnet,
            nodes,
        ),
    },
    "platform.network.nat": {
        "zone to one": because(
            "Deliberate: the other zones' traffic to the internet gets the remaining gateway's address; open connections to the internet drop, none to the database does.",
            network.address,
            network.gateway,
        ),
        "one to none": because(
            "Deliberate: the private subnets lose the internet. AWS' services are reached by the interface endpoints that are created in the same run.",
            network.address,
            network.gateway,
            network.route,
        ),
        "none to one": because(
            "Deliberate: with a gateway, AWS' services are reached over it, unless `endpoints: true` keeps the interface endpoints; requests in flight are repeated.",
            network.group,
            network.endpoint,
            network.ingress,
        ),
    },
    "platform.network.endpoints": {
        "true to false": because(
            "Deliberate: AWS' services are reached over the NAT gateway again; requests in flight are repeated. The network policies go with `access.networkPolicy`, which needs the endpoints.",
            network.group,
            network.endpoint,
            network.ingress,
            network.egress,
            policy,
        ),
    },
    "platform.network.webFrom": {
        removed: because("Deliberate: the range is no longer admitted to the web tier.", network.ingress),
    },
    "platform.cluster.version": { added: fromExistingCluster },
    "platform.cluster.existing": { removed: fromExistingCluster },
    "platform.cluster.existing.clientSecurityGroupIds": {
        added: because(
            "Deliberate: the groups that are named are admitted in place of the cluster's own, whose rule is deleted at the end of the run. Name that group, too, if its members use the database.",
            network.ingress,
        ),
        removed: because("Deliberate: the group's members no longer reach the database.", network.ingress),
    },
    "platform.cluster.existing.admitDeployers": {
        "true to false": because(
            "Deliberate: the rules in the cluster's group go. Deployers and the bastion then reach its private endpoint only as its owner admits them.",
            network.ingress,
        ),
    },
    "platform.database.existing.proxy": {
        removed: because(
            "Deliberate: services connect to the database itself, and the rules in the proxy's group go with it.",
            network.ingress,
        ),
    },
    "platform.database.existing.replicas": {
        removed: because("Deliberate: pods no longer reach the region's copy.", network.egress),
    },
    "platform.database.existing.replicas[].region": {
        changed: because("Deliberate: pods reach the copy in the other region instead.", network.egress),
        removed: because("Deliberate: pods no longer reach a copy in that region.", network.egress),
    },
    "platform.database.existing.addRulesTo": {
        changed: because(
            "Deliberate: the rules move to the other group, which the database must have by then.",
            network.ingress,
        ),
        removed: because(
            "Deliberate: clients and deployers then reach the database only as its owner admits them.",
            network.ingress,
        ),
    },
    "platform.database.existing.addProxyRulesTo": {
        changed: because(
            "Deliberate: the rules move to the other group, which the proxy must have by then.",
            network.ingress,
        ),
        removed: because(
            "Deliberate: clients and deployers then reach the proxy only as its owner admits them.",
            network.ingress,
        ),
    },
    "platform.cluster.appTier": {
        "pods to nodes": because(
            "Deliberate: pods get to the database by their node's group, which is attached before the pods' own goes.",
            pods,
        ),
    },
    "platform.database.engineVersion": {
        "changed: to another major version, with `allowMajorVersionUpgrade`": because(
            "Deliberate: a parameter group belongs to a major version. The new one is created first, and the old one deleted after the upgrade, which itself stops the database for minutes.",
            parameters,
        ),
    },
    "platform.database.readers": {
        lowered: because(
            "Deliberate: the reader goes, and with the last one the proxy's endpoint for readers. Only read-only connections drop.",
            instance,
            proxyEndpoint,
        ),
    },
    "platform.database.proxy": {
        "false to true": because(
            "Deliberate: services connect to the proxy. Their way to the database itself is closed at the end of the run, when pods of tenants with an `image` have the proxy's address; restart others with it before.",
            network.ingress,
            network.egress,
        ),
        "true to false": because(
            "Deliberate: services connect to the database itself, and their way there is opened first. The proxy and its log are deleted at the end of the run, when pods of tenants with an `image` have the database's address; restart others with it before.",
            ...proxy,
            logs,
            network.group,
            network.ingress,
            network.egress,
        ),
    },
    "platform.bastion": {
        "true to false": because(
            "Deliberate: sessions through the bastion end, and their log is deleted. Export it before if you keep such records.",
            "aws:ssm/document:Document",
            logs,
            network.group,
            network.ingress,
            network.egress,
        ),
    },
    "platform.replica.zones": {
        lowered: because(
            "Deliberate: the zone's subnet goes; a zone in which an instance of the copy runs is kept, by a refusal.",
            network.association,
            network.subnet,
        ),
    },
    "platform.replica.readers": {
        lowered: because("Deliberate: the reader goes, and connections to it drop.", instance),
    },
    "platform.cluster.nodes.instanceType": {
        changed: because("Deliberate: EKS drains the old nodes after the new ones are ready.", nodes),
    },
    "platform.databaseAccount.zones": {
        lowered: because(
            "Deliberate: the zone's subnet goes; a zone in which an instance of the database runs is kept, by a refusal.",
            network.association,
            network.subnet,
        ),
    },
    alarms: {
        removed: because("Deliberate: without alarms, the trail's log group and the key of its records go.", logs, key),
    },
    "alarms.trail": {
        changed: because("Deliberate: the other trail's log group is used, and this stack's own trail goes.", logs),
    },
    deploy: { "all to platform": accessGone },
    access: { removed: accessGone },
    "access.networkPolicy": {
        "true to false": because("Deliberate: the pods' security groups alone say where they may connect.", policy),
    },
    "access.extensions": { removed: extensionGone },
    "access.databases[].extensions": { removed: extensionGone },
    "access.developers": {
        removed: because("Deliberate: the developer's address is no longer admitted.", network.ingress),
    },
    "access.developers[].cidr": {
        changed: because("Deliberate: the earlier address is no longer admitted.", network.ingress),
    },
    "access.tenants": {
        removed: schemaGone,
        "removed: after `retire: drop`": because(
            "Deliberate: `retire: drop`, which was deployed before, permits the schema to be dropped with what is in it.",
            schema,
        ),
    },
    "access.tenants[].name": { changed: schemaGone },
    "access.tenants[].namespace": { added: moved, changed: moved, removed: moved },
    "access.tenants[].serviceAccount": { added: renamed, changed: renamed, removed: renamed },
    "access.tenants[].identity": {
        "podIdentity to ec2": because("Deliberate: the service no longer runs in the cluster.", namespace, pods),
    },
};
