import assert from "node:assert/strict";

import { Edit } from "../support/edit";
import { connectTo, dbuser } from "../support/faults/fault";
import { RESOURCE_ID } from "../support/stack";
import { changeOf, modelOf } from "../support/summary";

const TENANTS = { tenants: ["shop", "billing"] };
/** One policy for a group: each member may connect as the database user of its own name. */
const OWN_NAME = connectTo(dbuser(RESOURCE_ID, "${aws:username}"));

const grouped = (...users: readonly string[]): Edit =>
    users.reduce(
        (edit, user) =>
            edit
                .add("aws:iam/user:User", user, { name: user })
                .add("aws:iam/userGroupMembership:UserGroupMembership", user, { user, groups: ["people"] }),
        new Edit(TENANTS)
            .add("aws:iam/group:Group", "people", { name: "people" })
            .add("aws:iam/groupPolicy:GroupPolicy", "people", { group: "people", policy: OWN_NAME }),
    );

describe("the variable aws:username in a policy", () => {
    it("is the name of the IAM user that holds the policy, by itself or by a group", () => {
        const edit = grouped("billing_app", "nobody");
        assert.deepEqual(changeOf(new Edit(TENANTS).sketches, edit.sketches), [
            "+ IAM user billing_app → aurora/app/billing: write (crosses)",
            "+ IAM user nobody → aurora: write",
        ]);
        assert.deepEqual(modelOf(edit.sketches).wide, []);
        const inline = new Edit(TENANTS)
            .add("aws:iam/user:User", "ada", { name: "billing_app" })
            .add("aws:iam/userPolicy:UserPolicy", "ada", { user: "billing_app", policy: OWN_NAME });
        assert.deepEqual(changeOf(new Edit(TENANTS).sketches, inline.sketches), [
            "+ IAM user billing_app → aurora/app/billing: write (crosses)",
        ]);
    });

    it("stays any user where a role holds the policy", () => {
        const role = new Edit(TENANTS).add("aws:iam/rolePolicy:RolePolicy", "more", { role: "shop", policy: OWN_NAME });
        assert.equal(modelOf(role.sketches).wide.length, 1);
    });
});
