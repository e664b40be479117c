import assert from "node:assert/strict";

import { Store } from "../../../sandbox/cloud/store";
import { Cloud } from "../../../sandbox/cloud/aws/cloud";
import { onBehalfOf, trusts, trustsPodIdentity } from "../../../sandbox/identity/permissions";
import { ACCOUNT, CLUSTER_ARN, putRole, REGION } from "../../support/cloud";
import { withEmptyState } from "../../support/ownState";

const service = "lambda.amazonaws.com";
const functionArn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:mail`;
const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };

describe("a role for a service", () => {
    withEmptyState();

    const check = (trust: object | readonly object[]): boolean => {
        const cloud = new Cloud(new Store(), REGION);
        return trusts(putRole("given", trust), service, cloud, onBehalfOf(functionArn, cloud));
    };
    const where = (Condition: object): object => ({ ...statement, Condition });

    for (const [title, trust, accepted] of [
        ["names the service and the action", statement, true],
        ["names the action by a partial wildcard", { ...statement, Action: "sts:Assume*" }, true],
        ["names another action", { ...statement, Action: "sts:TagSession" }, false],
        ["names another service", { ...statement, Principal: { Service: "ec2.amazonaws.com" } }, false],
        ["denies what it allows", [statement, { ...statement, Effect: "Deny" }], false],
        [
            "denies all actions but another one",
            [statement, { Effect: "Deny", Principal: "*", NotAction: "sts:TagSession" }],
            false,
        ],
        [
            "names the account and the functions of the service",
            where({
                StringEquals: { "aws:SourceAccount": ACCOUNT },
                ArnLike: { "aws:SourceArn": `arn:aws:lambda:*:${ACCOUNT}:function:*` },
            }),
            true,
        ],
        ["names another account", where({ StringEquals: { "aws:SourceAccount": "999999999999" } }), false],
        [
            "names another function",
            where({ ArnEquals: { "aws:SourceArn": functionArn.replace("mail", "other") } }),
            false,
        ],
        [
            "requires a condition key that the service does not send",
            where({ StringEquals: { "sts:ExternalId": "secret" } }),
            false,
        ],
    ] as const) {
        it(`is ${accepted ? "accepted" : "refused"} when its trust ${title}`, () => {
            assert.equal(check(trust), accepted);
        });
    }

    for (const [title, more, accepted] of [
        ["the service account", { "aws:RequestTag/kubernetes-service-account": "shop" }, true],
        ["another namespace", { "aws:RequestTag/kubernetes-namespace": "billing" }, false],
        ["another cluster", { "aws:SourceArn": CLUSTER_ARN.replace("apps", "other") }, false],
    ] as const) {
        it(`is ${accepted ? "accepted" : "refused"} for Pod Identity when its trust names ${title}`, () => {
            const trust = {
                Effect: "Allow",
                Principal: { Service: "pods.eks.amazonaws.com" },
                Action: ["sts:AssumeRole", "sts:TagSession"],
                Condition: { StringEquals: more },
            };
            const pods = { clusterArn: CLUSTER_ARN, clusterName: "apps", namespace: "shop", serviceAccount: "shop" };
            assert.equal(trustsPodIdentity(putRole("pods", trust), pods, new Cloud(new Store(), REGION)), accepted);
        });
    }
});
