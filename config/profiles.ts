import type { z } from "zod";
import type { ProfileEntry, ProfileGrant, ProfileHolder } from "../components/access/entries";
import { grantable, objectKinds, readersRun } from "../components/tenancy/privileges";
import { choice, flag, list, section, text, type FieldsOf } from "./fields";
import { allowedDatabaseName, isRoleArn, wrongDatabaseName, wrongExistingName } from "./validators";

const roleName = (fix: string) =>
    text({ allowed: allowedDatabaseName(63), fix, wrong: (given) => wrongDatabaseName(given, 63) });

/** The application names its tables and columns: any name that Postgres does not truncate is valid. */
const objectName = (what: string) =>
    text({
        allowed: "1 to 63 bytes, no control characters",
        fix: `write the name of a ${what} as the catalog shows it, without quotes`,
        wrong: wrongExistingName,
    });

const existingRole = (fix: string) =>
    text({ allowed: "the name of a role that exists, of 1 to 63 bytes", fix, wrong: wrongExistingName });

const all = [...new Set(objectKinds.flatMap((kind): readonly string[] => grantable[kind]))] as [string, ...string[]];

const grant = section({
    tenant: text({
        allowed: "the name of a tenant, or * for all, future ones included",
        fix: "write the tenant whose schema this grant covers",
        wrong: (given) => (given === "" ? "empty" : undefined),
    }).describe("The tenant whose schema this grant covers; `*` is every tenant, future ones included"),
    on: choice(objectKinds, "write what is granted on: tables (views too), sequences, functions or schemas")
        .default("tables")
        .describe(
            "What is granted on; `tables` includes views, and `schemas` are those of a tenant of the model `existing` in a profile with `group`",
        ),
    schemas: list(objectName("schema"), "a list of schemas of the tenant").optional().meta({
        description: "On a tenant of the model `existing`: those of its schemas that the grant covers",
        absent: "all of its schemas",
        more: "adopting.md",
    }),
    objects: list(
        objectName("table, view, sequence or function"),
        "a list of names; leave it out for all objects, future ones included",
    )
        .optional()
        .meta({ description: "Names of objects, which must exist", absent: "all, future ones included" }),
    columns: list(objectName("column"), "a list of names")
        .optional()
        .meta({ description: "Columns of the one table that `objects` names", absent: "all" }),
    privileges: list(choice(all, "write what the holders may do, like SELECT"), "a list of privileges").describe(
        "What the holders may do",
    ),
    mayRun: list(
        choice(readersRun, "write views or policies, whose functions then run with the holders' rights"),
        "a list of views, policies",
    )
        .optional()
        .meta({
            description:
                "Which code of the tenant may run with the reader's rights: its `views`, or the `policies` of its tables",
            absent: "nothing: people's sessions refuse both",
        }),
} satisfies FieldsOf<ProfileGrant>);

const identityProblem = "not the ARN of an IAM role that accepts inline policies";

const holder = section({
    user: roleName("write the login to create for this holder, like support_sue")
        .optional()
        .describe("The database login to create for `iamRole`"),
    iamRole: text({
        allowed: "the ARN of an IAM role that exists and takes inline policies",
        example: "arn:aws:iam::111122223333:role/support",
        fix: "write one like arn:aws:iam::111122223333:role/support; an Identity Center role gets rds-db:connect from its permission set",
        wrong: (given) => {
            if (!isRoleArn(given)) {
                return identityProblem;
            }
            return given.includes("/AWSReservedSSO_")
                ? "an Identity Center role, which accepts only the policies of its permission set"
                : undefined;
        },
    })
        .optional()
        .describe("An existing IAM role that logs in as `user`"),
    tenant: text({
        allowed: "the name of a tenant",
        fix: "write the tenant whose service also holds these rights",
        wrong: (given) => (given === "" ? "empty" : undefined),
    })
        .optional()
        .describe("A tenant whose service also holds the profile"),
    breakGlass: flag("write true for the break-glass login, instead of a user")
        .optional()
        .describe("`true` for the break-glass login"),
} satisfies FieldsOf<ProfileHolder>);

export const profile = section({
    name: roleName("choose a name like support; the group role has the same name").describe(
        "The name of the profile and of its group role",
    ),
    group: existingRole("write the group as pg_roles shows it").optional().meta({
        description:
            "A group role that exists, which the profile takes over with its members and rights. It stays as it is when the profile is removed",
        absent: "the program creates a group role with the profile's name",
        more: "adopting.md",
    }),
    members: list(existingRole("write the member as pg_roles shows it"), "a list of roles that exist").optional().meta({
        description:
            "With `group`: roles that exist and are its members. One that is removed from the list loses its membership",
        absent: "none: what else is a member stays",
        more: "adopting.md",
    }),
    grants: list(grant, "a list of grants, each with a tenant and privileges")
        .default([])
        .describe("The privileges that the profile grants; not together with `actsAs`"),
    actsAs: text({
        allowed: "the name of a tenant",
        fix: "write the tenant whose owner the holders act as",
        wrong: (given) => (given === "" ? "empty" : undefined),
    })
        .optional()
        .describe("A tenant whose schema owner the holders act as; not together with `grants`"),
    holders: list(holder, "a list of holders, each a user with an iamRole, a tenant, or breakGlass: true")
        .default([])
        .describe("Who holds the profile: each a `user` with an `iamRole`, a `tenant`, or `breakGlass: true`"),
} satisfies FieldsOf<ProfileEntry>);

export type ProfileSettings = z.infer<typeof profile>;
export type HolderSettings = ProfileSettings["holders"][number];
