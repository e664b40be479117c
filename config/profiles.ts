import type { z } from "zod";
import { grantable, objectKinds, readersRun } from "../components/tenancy/privileges";
import { choice, flag, list, section, text } from "./fields";
import { allowedDatabaseName, isRoleArn, wrongDatabaseName } from "./validators";

const roleName = (fix: string) =>
    text({ allowed: allowedDatabaseName(63), fix, wrong: (given) => wrongDatabaseName(given, 63) });

/** Names of tables and columns are the application's, and may be anything that Postgres takes whole. */
const objectName = (what: string) =>
    text({
        allowed: "1 to 63 bytes, no control characters",
        fix: `write the name of a ${what} as the catalog shows it, without quotes`,
        wrong: (given) => {
            const bytes = Buffer.byteLength(given);
            return bytes < 1 || bytes > 63
                ? `${bytes} bytes long`
                : /\p{Cc}/u.test(given)
                  ? "holds a control character"
                  : undefined;
        },
    });

const all = [...new Set(objectKinds.flatMap((kind): readonly string[] => grantable[kind]))] as [string, ...string[]];

const grant = section({
    tenant: text({
        allowed: "the name of a tenant, or * for all, those to come included",
        fix: "write the tenant whose schema this is about",
        wrong: (given) => (given === "" ? "empty" : undefined),
    }).describe("The tenant whose schema this is about; `*` is every tenant, future ones included"),
    on: choice(objectKinds, "write what is granted on: tables (views too), sequences or functions")
        .default("tables")
        .describe("What is granted on; `tables` includes views"),
    objects: list(
        objectName("table, view, sequence or function"),
        "a list of names; without it, all that are there and all that come",
    )
        .optional()
        .meta({ description: "Names of objects, which must exist", absent: "all, future ones included" }),
    columns: list(objectName("column"), "a list of names")
        .optional()
        .meta({ description: "Columns of the one table that `objects` names", absent: "all" }),
    privileges: list(choice(all, "write what may be done, like SELECT"), "a list of privileges").describe(
        "What the holders may do",
    ),
    mayRun: list(
        choice(readersRun, "write views or policies, whose functions then run with the holders' rights"),
        "a list of views, policies",
    )
        .optional()
        .meta({
            description:
                "What of the tenant's may run with the reader's rights: its `views`, or the `policies` of its tables",
            absent: "nothing: people's sessions refuse both",
        }),
});

const identityProblem = "not the ARN of an IAM role of the account's own";

const holder = section({
    user: roleName("write the login to make for this holder, like support_sue")
        .optional()
        .describe("The database login to create for `iamRole`"),
    iamRole: text({
        allowed: "the ARN of an IAM role that exists and takes inline policies",
        example: "arn:aws:iam::111122223333:role/support",
        fix: "write one like arn:aws:iam::111122223333:role/support; a role of Identity Center gets rds-db:connect by its permission set",
        wrong: (given) => {
            if (!isRoleArn(given)) {
                return identityProblem;
            }
            return given.includes("/AWSReservedSSO_")
                ? "a role of Identity Center, which takes no policy but its permission set's"
                : undefined;
        },
    })
        .optional()
        .describe("An existing IAM role that logs in as `user`"),
    tenant: text({
        allowed: "the name of a tenant",
        fix: "write the tenant whose service has these rights too",
        wrong: (given) => (given === "" ? "empty" : undefined),
    })
        .optional()
        .describe("A tenant whose service holds the profile too"),
    breakGlass: flag("write true for the break-glass login, instead of a user")
        .optional()
        .describe("`true` for the break-glass login"),
});

export const profile = section({
    name: roleName("choose a name like support: the group role is called so").describe(
        "The profile's name, which its group role has",
    ),
    grants: list(grant, "a list of grants, each with a tenant and privileges")
        .default([])
        .describe("What the profile grants; not beside `actsAs`"),
    actsAs: text({
        allowed: "the name of a tenant",
        fix: "write the tenant as whose owner the holders work",
        wrong: (given) => (given === "" ? "empty" : undefined),
    })
        .optional()
        .describe("A tenant whose schema's owner the holders work as; not beside `grants`"),
    holders: list(holder, "a list of holders, each a user with an iamRole, a tenant, or breakGlass: true")
        .default([])
        .describe("Who holds the profile: each a `user` with an `iamRole`, a `tenant`, or `breakGlass: true`"),
});

export type ProfileSettings = z.infer<typeof profile>;
export type HolderSettings = ProfileSettings["holders"][number];
