import { alongside, append, drop, set, unset, type Case, type Cases } from "./case";

const vpcId = "vpc-0c1d2e3f4a5b60718";
const databaseSubnets = ["Name=production-database-a", "Name=production-database-b"];
const production = { name: "production" };

/** From a cluster that the stack created to an existing one in its VPC. */
const toExisting = (one: Case): Case =>
    alongside(one, {
        "platform.cluster": { existing: production },
        "platform.network": { existing: { databaseSubnets } },
    });
/** From an existing cluster to one that the stack creates, in the same VPC. */
const toCreated = (one: Case): Case => alongside(one, { "platform.cluster": { version: "1.33" } });

/** The parts of a platform that exist. */
export const existing: Cases = {
    "platform.network.existing": {
        added: toExisting(set("least", { databaseSubnets })),
        removed: toCreated(unset("existing")),
    },
    "platform.network.existing.vpcId": {
        added: set("existing", vpcId),
        changed: set("within", "vpc-0a1b2c3d4e5f60718"),
        removed: unset("within"),
    },
    "platform.network.existing.nodeSubnets": {
        added: append("within", "Name=production-private-c"),
        removed: drop("within", 1),
    },
    "platform.network.existing.databaseSubnets": {
        added: append("within", "Name=production-database-c"),
        removed: drop("existing", 2),
    },
    "platform.cluster.existing": {
        added: toExisting(set("least", production)),
        removed: toCreated(alongside(unset("existing"), { "platform.network.existing.vpcId": vpcId })),
    },
    "platform.cluster.existing.name": { changed: set("existing", "staging") },
    "platform.cluster.existing.createOidcProvider": {
        "false to true": set("existing", true),
        "true to false": set("issuer", false),
    },
    "platform.cluster.existing.clientSecurityGroupIds": {
        added: append("existing", "sg-0c1d2e3f4a5b60731"),
        removed: drop("issuer", 1),
    },
    "platform.cluster.existing.fargateNamespaces": { added: append("issuer", "jobs"), removed: drop("issuer", 0) },
    "platform.cluster.existing.admitDeployers": {
        "false to true": set("existing", true),
        "true to false": set("issuer", false),
    },
};
