import { type Check, fine, judged } from "../finding";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (EntityAlreadyExists) */
export const iamRoles: Check = {
    id: "iam-roles",
    group: "aws",
    what: "the stack's IAM roles do not exist yet",
    why: "a run that creates one that exists fails, in the middle of a deployment",
    judge: ({ aws, wanted }) =>
        judged([wanted, aws.takenRoles], ({ iamRoles: names }, taken) =>
            taken.length === 0
                ? fine(
                      names.length === 0
                          ? "all their names end in random characters"
                          : `none of the ${names.length} exists in the account whose credentials these are; the other names end in random characters`,
                  )
                : {
                      state: "change",
                      seen: taken.map((name) => `the role ${name} exists`),
                      breaks: "nothing: another name leaves this role as it is",
                      change: [
                          {
                              config: "rename the tenant (access.tenants[].name) or the stack, of which the role's name consists; or delete the role if it is a leftover",
                          },
                      ],
                  },
        ),
};
