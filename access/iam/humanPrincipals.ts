import { link } from "../chain/link";
import type { Identity } from "../chain/link";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text } from "../resources/value";
import { PERMISSION_SET } from "./principals";
import type { Principal } from "./principals";
import type { Assumer } from "./assumer";

const ASSIGNMENT = "aws:ssoadmin/accountAssignment:AccountAssignment";
const STORE_USER = "aws:identitystore/user:User";
const STORE_GROUP = "aws:identitystore/group:Group";

/** People who hold policies themselves: IAM users, and people to whom Identity Center assigns a permission set. */
export class HumanPrincipals {
    constructor(private readonly graph: Graph) {}

    of(principal: Principal): readonly Assumer[] {
        const { resource } = principal;
        if (principal.kind === "user") {
            const identity: Identity = {
                key: `person ${resource.urn}`,
                kind: "person",
                label: `IAM user ${principal.name}`,
                resources: [resource.urn],
            };
            return [
                {
                    identity,
                    links: [link("credential", "holds", `${identity.label} signs in`, resource.urn)],
                    places: [],
                },
            ];
        }
        const assignments = this.graph.ofType(ASSIGNMENT);
        const mine = assignments.filter((one) => {
            const [set] = this.graph.follow(one, ["permissionSetArn"], [PERMISSION_SET]);
            return set?.resource === undefined ? set?.value === principal.name : set.resource === resource;
        });
        return mine.map((assignment) => {
            const { who, key } = this.assignee(assignment);
            const identity: Identity = {
                key: `person ${key}`,
                kind: "person",
                label: who,
                resources: [assignment.urn],
            };
            return {
                identity,
                links: [
                    link("credential", "holds", `${who} is assigned ${label(resource)}`, assignment.urn, resource.urn),
                ],
                places: [],
            };
        });
    }

    /** A display name is not unique. */
    private assignee(assignment: Resource): { readonly who: string; readonly key: string } {
        const [found] = this.graph.follow(
            assignment,
            ["principalId"],
            [STORE_USER, STORE_GROUP],
            ["userId", "groupId"],
        );
        const kind = text(property(assignment, "principalType")) === "USER" ? "user" : "group";
        const name =
            found?.resource === undefined
                ? found?.value
                : (text(property(found.resource, "displayName")) ?? found.resource.name);
        const who = `Identity Center ${kind} ${name ?? "(not known yet)"}`;
        return { who, key: found?.resource?.urn ?? who };
    }
}
