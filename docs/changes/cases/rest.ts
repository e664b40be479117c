import { alongside, append, drop, set, unset, type Cases } from "./case";

const alarmsOf = { trail: "own", emails: ["security@example.com"] };
const deployer = "arn:aws:iam::111122223333:role/other-deployer";

/** Alarms, assertions, and what holds for all resources. */
export const rest: Cases = {
    alarms: { added: set("least", alarmsOf), removed: unset("aurora") },
    "alarms.trail": { changed: alongside(set("aurora", "/aws/cloudtrail/all"), { "alarms.keepDays": undefined }) },
    "alarms.emails": { added: append("aurora", "more@example.com"), removed: drop("aurora", 0) },
    "alarms.failedLogins": {
        raised: set("aurora", 5),
        lowered: set("aurora", 2),
    },
    "alarms.keepDays": {
        raised: set("aurora", 730),
        lowered: set("aurora", 90),
    },
    "alarms.deployer": {
        added: set("instance", deployer),
        changed: set("aurora", deployer),
        removed: unset("aurora"),
    },
    assertions: {
        added: append("served", { never: "reporting owns rich" }),
        removed: drop("served", 0),
    },
    "assertions[].never": {
        added: alongside(set("served", "reporting owns rich", 1), { "assertions.1.only": undefined }),
        changed: set("served", "clerk_bot reads rich", 0),
        removed: alongside(unset("served", 0), { "assertions.0.only": "ada owns plain" }),
    },
    "assertions[].only": {
        added: alongside(set("served", "ada owns plain", 0), { "assertions.0.never": undefined }),
        changed: set("served", "ada owns rich", 1),
        removed: alongside(unset("served", 1), { "assertions.1.never": "reporting owns rich" }),
    },
    "assertions[].isolated": {
        added: alongside(set("served", "tenants", 1), { "assertions.1.only": undefined }),
        changed: set("served", "tenants", 2),
        removed: alongside(unset("served", 2), { "assertions.2.never": "reporting owns rich" }),
    },
    "assertions[].future": {
        added: alongside(set("served", "later", 0), { "assertions.0.never": "clerk_bot reaches later" }),
        changed: alongside(set("served", "another", 3), { "assertions.3.never": "clerk_bot reaches another" }),
        removed: alongside(unset("served", 3), { "assertions.3.never": "reporting owns rich" }),
    },
    "tags.owner": {
        added: set("serverless", "platform-team"),
        changed: set("aurora", "others"),
        removed: unset("aurora"),
    },
    "tags.costCentre": { added: set("serverless", "4711"), changed: set("aurora", "4712"), removed: unset("aurora") },
    permissionsBoundary: {
        added: set("least", "arn:aws:iam::111122223333:policy/boundary"),
        changed: set("aurora", "arn:aws:iam::111122223333:policy/other-boundary"),
        removed: unset("aurora"),
    },
    caBundle: {
        added: set("mysql", "test/support/root.pem"),
        changed: set("least", "test/support/root.pem"),
        removed: unset("least"),
    },
    kubernetesProxy: {
        added: set("least", "socks5://127.0.0.1:1080"),
        changed: set("full", "socks5://127.0.0.1:1081"),
        removed: unset("full"),
    },
};
