import type { z } from "zod";
import type { PersonEntry } from "../components/access/entries";
import type { Assigned } from "../components/people/permissionSet";
import { count, flag, list, matching, section, text, type FieldsOf } from "./fields";
import type { Problem } from "./problems";
import { allowedDatabaseName, isIamArn, isRoleArn, notARole, regionName, wrongDatabaseName } from "./validators";

const user = text({
    allowed: allowedDatabaseName(63),
    example: "support_sue",
    fix: "write the login to create for this person, like support_sue",
    wrong: (given) => wrongDatabaseName(given, 63),
});

const principal = text({
    allowed: "the ARN of an IAM user",
    example: "arn:aws:iam::111122223333:user/sue",
    wrong: wrongPrincipal,
});

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html */
const directoryId = matching(/^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/, {
    allowed: "the id of a user or a group in Identity Center's directory",
    example: "90677c608a-7afcdc23-2e4d-4bde-9a8c-0123456789ab",
    fix: "write one that `aws identitystore list-users` or `list-groups` shows, like 90677c608a-7afcdc23-2e4d-4bde-9a8c-0123456789ab",
    wrong: "not the id of a user or a group",
});

const directoryIds = list(directoryId, "a list of ids of Identity Center's directory").default([]);

/** A person who logs in to the database through a role assumed with MFA or an Identity Center permission set. */
export const person = section({
    user: user.describe("The database login to create for this person"),
    assumedBy: list(principal, "a list of ARNs of IAM users")
        .optional()
        .describe("IAM users who assume the person's role, with a second factor; or write `identityCenter`"),
    identityCenter: section({
        users: directoryIds.describe("Ids of users in Identity Center's directory"),
        groups: directoryIds.describe("Ids of groups in Identity Center's directory"),
    } satisfies FieldsOf<Assigned>)
        .optional()
        .meta({
            description: "Users and groups of IAM Identity Center, who receive a permission set; or write `assumedBy`",
            more: "reaching-the-database.md#iam-identity-center",
        }),
    shell: flag("write true for maintainers of the bastion; a tunnel to the database needs no shell")
        .default(false)
        .describe("Whether the person may open a shell on the bastion, not only a tunnel through it"),
    sessionHours: count(1, 12, "write how many hours a session lasts, like 1")
        .default(1)
        .meta({ description: "How long a session of the role lasts", unit: "hours" }),
    profiles: list(
        text({ allowed: "the name of a profile", fix: "write a profile of access.profiles" }),
        "a list of names of profiles",
    ).describe("The profiles that the person holds: what they may do"),
} satisfies FieldsOf<PersonEntry>);

export type PersonSettings = z.infer<typeof person>;

/** The account that administers Identity Center: the organisation's management account or a delegated one. */
export const identityCenter = section({
    role: text({
        allowed: "the ARN of an IAM role in that account",
        example: "arn:aws:iam::999988887777:role/keyless-permission-sets",
        fix: "write one that this program may assume, like arn:aws:iam::999988887777:role/keyless-permission-sets",
        wrong: (given) => (isRoleArn(given) ? undefined : notARole),
    }).describe("A role in the account that administers Identity Center, which the program may assume"),
    region: regionName("the name of the region that Identity Center is in").describe("Identity Center's region"),
});

/** A role's session has no second factor, wherever the role came from: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html */
function wrongPrincipal(given: string): string | undefined {
    if (/^arn:aws[a-z-]*:iam::\d{12}:role\//.test(given)) {
        return "a role, whose sessions never show a second factor";
    }
    return isIamArn(given, "user") ? undefined : "not the ARN of an IAM user";
}

/** Finds contradictions between people and profiles. */
export function peopleProblems(
    people: readonly PersonSettings[],
    profiles: readonly { readonly name: string }[],
): Problem[] {
    const names = new Set(profiles.map(({ name }) => name));
    return people.flatMap((one, index) => {
        const path = `access.people[${index}]`;
        const idle =
            one.profiles.length === 0
                ? [
                      {
                          key: "profiles",
                          given: [],
                          wrong: "empty",
                          allowed: "at least one profile",
                          fix: "write what this person may do",
                      },
                  ]
                : [];
        return [
            ...[...whoProblems(one), ...idle].map(({ key, ...problem }) => ({ path: `${path}.${key}`, ...problem })),
            ...one.profiles.flatMap((given, at) =>
                names.has(given)
                    ? []
                    : [
                          {
                              path: `${path}.profiles[${at}]`,
                              given,
                              wrong: "no such profile",
                              allowed: [...names].join(", ") || "none: there are no profiles",
                              fix: "name a profile, or add it",
                          },
                      ],
            ),
        ];
    });
}

/** A shell is on a bastion, and its policy attaches only to roles in the bastion's own account. */
export function shellProblems(
    people: readonly PersonSettings[],
    { bastion, databaseRole }: { readonly bastion: boolean; readonly databaseRole: string | undefined },
): Problem[] {
    const wrong = bastion
        ? databaseRole === undefined
            ? undefined
            : "people's roles are in the database's account, the bastion is not"
        : "there is no bastion";
    const fix = bastion
        ? "remove it, and attach the output bastionShellPolicyArn to an identity in the bastion's account"
        : "remove it, or write platform.bastion: true";
    return wrong === undefined
        ? []
        : people.flatMap(({ shell }, index) =>
              shell
                  ? [
                        {
                            path: `access.people[${index}].shell`,
                            given: true,
                            wrong,
                            allowed: "true only with a bastion in the same account",
                            fix,
                        },
                    ]
                  : [],
          );
}

/** Requires exactly one way to sign in: IAM or Identity Center. */
function whoProblems({
    assumedBy,
    identityCenter,
}: PersonSettings): (Omit<Problem, "path"> & { readonly key: string })[] {
    const allowed = "one of assumedBy and identityCenter";
    if (assumedBy === undefined && identityCenter === undefined) {
        return [{ key: "assumedBy", given: undefined, wrong: "missing", allowed, fix: "name the person" }];
    }
    if (assumedBy !== undefined && identityCenter !== undefined) {
        return [
            {
                key: "identityCenter",
                given: identityCenter,
                wrong: "assumedBy is set too",
                allowed,
                fix: "remove one of the two",
            },
        ];
    }
    if (assumedBy?.length === 0) {
        return [
            {
                key: "assumedBy",
                given: [],
                wrong: "empty",
                allowed: "at least one IAM user",
                fix: "name the person",
            },
        ];
    }
    const ids = identityCenter === undefined ? undefined : [...identityCenter.users, ...identityCenter.groups];
    if (ids?.length === 0) {
        return [
            {
                key: "identityCenter",
                given: identityCenter,
                wrong: "empty",
                allowed: "at least one user or group",
                fix: "name the person",
            },
        ];
    }
    const twice = ids?.find((id, at) => ids.indexOf(id) < at);
    return twice === undefined
        ? []
        : [
              {
                  key: "identityCenter",
                  given: twice,
                  wrong: "named twice",
                  allowed: "each user and group once",
                  fix: "remove one of the two",
              },
          ];
}
