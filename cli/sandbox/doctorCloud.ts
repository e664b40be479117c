import { AGENT } from "../../doctor/agent";
import type { AwsFacts, Cluster, Known, KubernetesFacts, Node, Rule, SecurityGroup, Server } from "../../doctor/facts";
import { known, unknown } from "../../doctor/known";
import { parametersOf } from "../../sandbox/cloud/aws/databaseParameters";
import {
    ADDON,
    DB_CLUSTER,
    DB_CLUSTER_INSTANCE,
    DB_INSTANCE,
    EKS_CLUSTER,
    INGRESS_RULE,
    LAUNCH_TEMPLATE,
    NODE_GROUP,
    OIDC_PROVIDER,
    SECURITY_GROUP,
    VPC,
} from "../../sandbox/cloud/aws/tokens";
import { must, number, records, text, texts } from "../../sandbox/cloud/aws/values";
import { keyOf } from "../../sandbox/cloud/clusters";
import type { CloudObject, Scope, Store } from "../../sandbox/cloud/store";

/** What the stand-in cloud holds, as {@link AwsFacts}: it has no API of RDS, EC2 or EKS to ask. */
export function cloudFacts(store: Store, resourceId: string): { aws: AwsFacts; kubernetes: KubernetesFacts } {
    const database = [...store.list(DB_CLUSTER), ...store.list(DB_INSTANCE)].find(
        ({ state }) => (text(state, "clusterResourceId") ?? text(state, "resourceId")) === resourceId,
    );
    if (database === undefined) {
        throw new Error(`the sandbox has no database with the resource id ${resourceId}`);
    }
    const place = { region: database.region, account: database.account };
    const clusters = store.list(EKS_CLUSTER, place);
    const [object] = clusters;
    const none = unknown(
        `the sandbox has ${clusters.length === 0 ? "no EKS cluster" : `${clusters.length} EKS clusters`} in ${place.region}`,
    );
    const of = <T>(read: (one: CloudObject) => T): Known<T> =>
        clusters.length === 1 && object !== undefined ? known(read(object)) : none;
    return {
        aws: {
            server: known(serverOf(store, database)),
            tls: tlsOf(store, database),
            authorities: unknown("the sandbox does not have RDS' certificate authorities"),
            groups: known(groupsOf(store, place, texts(database.state, "vpcSecurityGroupIds"))),
            lists: unread("prefix lists"),
            subnets: unread("routes and network ACLs"),
            copies: unread("copies"),
            proxies: unread("proxies"),
            podSubnets: unread("routes and network ACLs"),
            peerings: unread("peerings"),
            takenRoles: unread("IAM roles"),
            cluster: of(clusterOf),
            agent: of(({ id }) => {
                const addons = ofCluster(store, ADDON, place, id).map(({ state }) => must(state, "addonName"));
                return addons.includes(AGENT) ? { status: "ACTIVE", issues: [] } : undefined;
            }),
            nodes: of((one) => nodesOf(store, place, one)),
            ranges: of(({ state }) => {
                const vpc = must(state, "vpcConfig.vpcId");
                return store.list(VPC, place).flatMap((one) => (one.id === vpc ? must(one.state, "cidrBlock") : []));
            }),
            providers: known(
                store
                    .list(OIDC_PROVIDER, { account: place.account })
                    .map(({ state }) => ({ arn: must(state, "arn"), audiences: texts(state, "clientIdLists") })),
            ),
        },
        kubernetes: {
            namespaces: of((one) => inCluster(store, NAMESPACE, one).map(({ state }) => must(state, "metadata.name"))),
            // Nothing runs in the stand-in cluster: the add-on is all there is.
            agent: of(() => undefined),
            podGroups: of(
                (one) =>
                    new Map(
                        inCluster(store, SECURITY_GROUP_POLICY, one).map((policy) => {
                            const { namespace, name } = namesOf(policy);
                            return [`${namespace}/${name}`, texts(policy.state, "spec.securityGroups.groupIds")];
                        }),
                    ),
            ),
        },
    };
}

function unread(what: string): { readonly unknown: string } {
    return unknown(`the sandbox's ${what} are not read`);
}

const NAMESPACE = "kubernetes:core/v1:Namespace";
const SECURITY_GROUP_POLICY = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy";

function serverOf(store: Store, { type, id, state, region, account }: CloudObject): Server {
    const isCluster = type === DB_CLUSTER;
    const members = isCluster
        ? store
              .list(DB_CLUSTER_INSTANCE, { region, account })
              .filter((one) => text(one.state, "clusterIdentifier") === id)
        : [{ id, state }];
    const secret = text(state, "masterUserSecrets.secretArn");
    return {
        kind: isCluster ? "cluster" : "instance",
        identifier: id,
        engine: must(state, "engine"),
        port: number(state, "port") ?? 0,
        masterUser: text(state, "masterUsername") ?? must(state, "username"),
        ...(secret !== undefined && { masterSecret: secret }),
        iamAuthentication: state["iamDatabaseAuthenticationEnabled"] === true,
        parameterGroup: must(state, isCluster ? "dbClusterParameterGroupName" : "parameterGroupName"),
        securityGroups: texts(state, "vpcSecurityGroupIds"),
        subnetGroup: text(state, "dbSubnetGroupName") ?? "",
        copies: [],
        instances: members.map((one) => {
            const authority = text(one.state, "caCertIdentifier");
            return {
                identifier: one.id,
                ...(authority !== undefined && { authority }),
                publiclyAccessible: one.state["publiclyAccessible"] === true,
            };
        }),
    };
}

function tlsOf(store: Store, database: CloudObject): AwsFacts["tls"] {
    const name = must(database.state, "engine").includes("mysql") ? "require_secure_transport" : "rds.force_ssl";
    const value = parametersOf(store, database).get(name);
    return value === undefined
        ? unknown(`the parameter group gives no value of ${name}`)
        : known({ name, forced: /^(1|on)$/i.test(value), dynamic: true });
}

function groupsOf(store: Store, place: Scope, ids: readonly string[]): readonly SecurityGroup[] {
    const rules = store.list(INGRESS_RULE, place);
    return store
        .list(SECURITY_GROUP, place)
        .filter(({ id }) => ids.includes(id))
        .map(({ id, state }) => ({
            id,
            vpc: must(state, "vpcId"),
            rules: [
                ...records(state, "ingress").map((one) => inlineRule(id, one)),
                ...rules.filter((one) => text(one.state, "securityGroupId") === id).map(separateRule),
            ],
        }));
}

type RuleProps = ReturnType<typeof records>[number];

function portsOf(rule: RuleProps): Pick<Rule, "ports"> {
    const [from, to] = [number(rule, "fromPort"), number(rule, "toPort")];
    return from === undefined || to === undefined ? {} : { ports: { from, to } };
}

function inlineRule(group: string, rule: RuleProps): Rule {
    return {
        protocol: must(rule, "protocol"),
        ...portsOf(rule),
        groups: [...texts(rule, "securityGroups"), ...(rule["self"] === true ? [group] : [])],
        ranges: [...texts(rule, "cidrBlocks"), ...texts(rule, "ipv6CidrBlocks")],
        lists: texts(rule, "prefixListIds"),
    };
}

function separateRule({ state }: CloudObject): Rule {
    return {
        protocol: must(state, "ipProtocol"),
        ...portsOf(state),
        groups: texts(state, "referencedSecurityGroupId"),
        ranges: [...texts(state, "cidrIpv4"), ...texts(state, "cidrIpv6")],
        lists: texts(state, "prefixListId"),
    };
}

function clusterOf({ id, state }: CloudObject): Cluster {
    const mode = text(state, "accessConfig.authenticationMode");
    return {
        name: id,
        arn: must(state, "arn"),
        vpc: must(state, "vpcConfig.vpcId"),
        securityGroup: must(state, "vpcConfig.clusterSecurityGroupId"),
        issuer: must(state, "identities.oidcs.issuer"),
        ...(mode !== undefined && { authenticationMode: mode }),
        auto: false,
        endpoint: must(state, "endpoint"),
        authority: "",
    };
}

/** One node stands for all of its group: nodes are no objects of the stand-in cloud. */
function nodesOf(store: Store, place: Scope, { id, state }: CloudObject): readonly Node[] {
    const templates = store.list(LAUNCH_TEMPLATE, place);
    return ofCluster(store, NODE_GROUP, place, id).map((group) => {
        const template = templates.find((one) => one.id === text(group.state, "launchTemplate.id"));
        const own = template === undefined ? [] : texts(template.state, "vpcSecurityGroupIds");
        return {
            id: must(group.state, "nodeGroupName"),
            groups: own.length > 0 ? own : [must(state, "vpcConfig.clusterSecurityGroupId")],
            subnet: "",
            auto: false,
        };
    });
}

function ofCluster(store: Store, type: string, place: Scope, cluster: string): readonly CloudObject[] {
    return store.list(type, place).filter(({ state }) => text(state, "clusterName") === cluster);
}

function inCluster(store: Store, type: string, cluster: CloudObject): readonly CloudObject[] {
    const { region, account } = cluster;
    return store.list(type, { region, account }).filter(({ id }) => id.startsWith(`${keyOf(cluster)}/`));
}

function namesOf({ state }: CloudObject): { readonly namespace: string; readonly name: string } {
    return { namespace: must(state, "metadata.namespace"), name: must(state, "metadata.name") };
}
