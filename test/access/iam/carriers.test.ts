import assert from "node:assert/strict";

import { Principals } from "../../../access/iam/principals";
import { CARRIERS, mayConnect } from "../../../policy/iam";
import type { HolderKind, DocumentLocation } from "../../../policy/iam";
import { graphOf } from "../support/resources";
import type { Sketch } from "../support/resources";
import { ACCOUNT, RESOURCE_ID } from "../support/stack";
import { connectTo, dbuser } from "../support/faults/fault";

const USER = dbuser(RESOURCE_ID, "shop_app");
const POLICY = `arn:aws:iam::${ACCOUNT}:policy/connect`;
const HOLDERS: Readonly<Record<HolderKind, string>> = {
    role: "aws:iam/role:Role",
    user: "aws:iam/user:User",
    group: "aws:iam/group:Group",
    set: "aws:ssoadmin/permissionSet:PermissionSet",
};

/** An argument with a value at a path. */
function placed([argument, field]: DocumentLocation, value: unknown): Record<string, unknown> {
    return {
        [argument]:
            field === undefined
                ? value
                : argument.endsWith("Reference")
                  ? { [field]: value }
                  : [field === "" ? value : { [field]: value }],
    };
}

/** The identities that may connect, in a stack with only holders, a policy and the resource. */
function connecting(type: string, inputs: Record<string, unknown>): string[] {
    const holders = Object.entries(HOLDERS).map(([kind, holder]): Sketch => ({
        type: holder,
        name: kind,
        id: kind,
        outputs: { name: kind, arn: kind },
    }));
    const member: Sketch = {
        type: "aws:iam/userGroupMembership:UserGroupMembership",
        name: "member",
        inputs: { user: "member", groups: ["group", "own"] },
    };
    const user: Sketch = { type: HOLDERS.user, name: "member", id: "member" };
    const policy: Sketch = {
        type: "aws:iam/policy:Policy",
        name: "connect",
        id: POLICY,
        inputs: { name: "connect", policy: connectTo(USER) },
        outputs: { arn: POLICY },
    };
    const graph = graphOf([...holders, user, member, policy, { type, name: "own", id: "own", inputs }]);
    const principals = new Principals(graph).all();
    return principals
        .filter(
            ({ held }) =>
                mayConnect(
                    held.flatMap(({ document }) => document ?? []),
                    USER,
                ) === "yes",
        )
        .map(({ name }) => name)
        .sort();
}

describe("every type that carries IAM documents attributes them to their principals", () => {
    const giving = CARRIERS.filter(
        ({ is, holders, narrows, type }) =>
            narrows !== true && type !== "aws-iam:index:Policy" && (holders !== undefined || is !== "policy"),
    );
    for (const { type, is, holders = {}, documents = [], policies = [], policyNames = [] } of giving) {
        const places = [
            ...documents.map((place) => [place, connectTo(USER)] as const),
            ...policies.flatMap((place) =>
                [POLICY, "arn:aws:iam::aws:policy/AdministratorAccess"].map((arn) => [place, arn] as const),
            ),
            ...policyNames.map((place) => [place, "connect"] as const),
        ];
        for (const [place, value] of places) {
            it(`${type} with ${value.startsWith("{") ? "a document" : value} at ${place.filter((part) => part !== "").join("[].")}`, () => {
                const named = Object.fromEntries(
                    Object.entries(holders).map(([kind, argument]) => [
                        argument,
                        argument.endsWith("s") ? [kind] : kind,
                    ]),
                );
                const kinds = [...Object.keys(holders), ...(is === undefined || is === "policy" ? [] : ["own"])];
                // A group's policies apply to its members.
                const expected = kinds
                    .map((kind) => (kind === "group" || (kind === "own" && is === "group") ? "member" : kind))
                    .sort();
                assert.deepEqual(connecting(type, { ...named, ...placed(place, value) }), expected);
            });
        }
    }

    it("and a session policy to no principal", () => {
        assert.deepEqual(
            connecting("aws:eks/podIdentityAssociation:PodIdentityAssociation", {
                policy: connectTo(USER),
                roleArn: "role",
            }),
            [],
        );
    });
});
