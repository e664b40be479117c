import type { CloudObject } from "../../../cloud/store";
import type { Declaration, Live, Unborn } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { placesOf } from "../ec2/subnet";
import { exactlyOne } from "../declaring/rules";
import { DB_CLUSTER, DB_INSTANCE, DB_PROXY, DB_PROXY_TARGET, DB_SUBNET_GROUP } from "../../../cloud/aws/tokens";
import { must, number, text, texts } from "../../../cloud/aws/values";
import { engineOf } from "./engines";
import { locateInstance } from "./locate";
import { locateProxy } from "./proxy";

/** A proxy's target: a cluster or an instance. */
export const proxyTarget: Declaration = {
    type: DB_PROXY_TARGET,
    id: ({ inputs }) => {
        const cluster = text(inputs, "dbClusterIdentifier");
        const target =
            cluster === undefined
                ? `RDS_INSTANCE/${text(inputs, "dbInstanceIdentifier")}`
                : `TRACKED_CLUSTER/${cluster}`;
        return `${text(inputs, "dbProxyName")}/${text(inputs, "targetGroupName")}/${target}`;
    },
    parent: "dbProxyName",
    allowed: {
        targetGroupName: (value) =>
            value === "default"
                ? undefined
                : `DBProxyTargetGroupNotFoundFault: Target group ${String(value)} doesn't exist.`,
    },
    rules: [exactlyOne("dbClusterIdentifier", "dbInstanceIdentifier")],
    references: {
        dbProxyName: to(DB_PROXY),
        dbClusterIdentifier: to(DB_CLUSTER),
        dbInstanceIdentifier: to(DB_INSTANCE),
    },
    conflicts: [fitting],
    replace: ["dbClusterIdentifier", "dbInstanceIdentifier", "dbProxyName", "targetGroupName"],
    outputs: (self) => {
        const target = targetOf(self);
        const cluster = text(self.inputs, "dbClusterIdentifier");
        return {
            type: cluster === undefined ? "RDS_INSTANCE" : "TRACKED_CLUSTER",
            rdsResourceId: cluster ?? must(self.inputs, "dbInstanceIdentifier"),
            trackedClusterId: cluster ?? "",
            targetArn: must(target?.state ?? {}, "arn"),
            endpoint: text(target?.state ?? {}, "address") ?? must(target?.state ?? {}, "endpoint"),
            port: number(target?.state ?? {}, "port") ?? 0,
        };
    },
    missing: (id) => `DBProxyTargetNotFoundFault: The target ${id} doesn't exist.`,
    exists: () => "DBProxyTargetAlreadyRegisteredFault: The target is already registered with this proxy.",
};

function targetOf({ inputs, cloud }: Unborn): CloudObject | undefined {
    const cluster = text(inputs, "dbClusterIdentifier");
    return cluster === undefined
        ? locateInstance(must(inputs, "dbInstanceIdentifier"), cloud)
        : cloud.find(DB_CLUSTER, cluster);
}

/** Proxy and target use the same protocol and the same network. */
function fitting({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const proxy = locateProxy(must(inputs, "dbProxyName"), cloud)?.state ?? {};
    const target = targetOf({ inputs, cloud })?.state ?? {};
    const family = engineOf(must(target, "engine"))?.port === 5432 ? "POSTGRESQL" : "MYSQL";
    if (family !== proxy["engineFamily"]) {
        return `InvalidDBProxyStateFault: The engine ${text(target, "engine")} of the target doesn't fit the engine family ${text(proxy, "engineFamily")} of the proxy`;
    }
    const [network] = placesOf(texts(proxy, "vpcSubnetIds"), cloud).vpcs;
    const own = text(cloud.state(DB_SUBNET_GROUP, text(target, "dbSubnetGroupName")), "vpcId");
    return own === network
        ? undefined
        : `InvalidDBProxyStateFault: The target is in ${own} and the proxy in ${network}: they must share a VPC`;
}
