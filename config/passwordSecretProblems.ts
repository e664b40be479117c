import { parseArn } from "../toolkit/arn";
import { secretName } from "../components/tenancy/migration/state";
import type { AccessSettings } from "./access";
import type { Problem } from "./problems";

/** Finds secrets that must not be deleted as the copies of a service's password. */
export function secretProblems({ tenants, breakGlass }: AccessSettings): Problem[] {
    const all = tenants.flatMap(({ name, migration }, index) =>
        (migration?.secrets ?? []).map((secret, at) => ({ secret, name, migration, index, at })),
    );
    const named = all.map((one) => ({ ...one, arn: secretName(one.secret) })).filter(({ arn }) => arn !== "");
    return [
        ...all.flatMap(({ secret, index, at }): Problem[] =>
            (secret.secretsManager === undefined) === (secret.kubernetes === undefined)
                ? [
                      {
                          path: `access.tenants[${index}].migration.secrets[${at}]`,
                          given: secret,
                          wrong: "it is in two places, or in none",
                          allowed: "either secretsManager or kubernetes",
                          fix: "write one of them; for a secret that is copied into the cluster, write both as secrets of their own",
                      },
                  ]
                : [],
        ),
        ...named.flatMap(({ arn, secret, migration, index, at }, position): Problem[] => {
            const other = named.find((one, before) =>
                one.index === index
                    ? before < position && one.arn === arn
                    : one.arn === arn && migration?.deleteSecrets === true && one.migration?.state !== "finished",
            );
            const shared =
                other === undefined
                    ? undefined
                    : other.index === index
                      ? "named twice"
                      : `it would be deleted, and ${other.name} is ${other.migration?.state ?? "alongside"} and has it too`;
            const wrong = ownerOf(arn, breakGlass) ?? shared;
            return wrong === undefined
                ? []
                : [
                      {
                          path: `access.tenants[${index}].migration.secrets[${at}].${secret.kubernetes === undefined ? "secretsManager" : "kubernetes"}`,
                          given: arn,
                          wrong,
                          allowed: "secrets that only hold copies of the old login's password, each once",
                          fix: "remove it",
                      },
                  ];
        }),
        ...tenants.flatMap(({ migration }, index): Problem[] =>
            migration?.deleteSecrets === true && (migration.secrets ?? []).length === 0
                ? [
                      {
                          path: `access.tenants[${index}].migration.deleteSecrets`,
                          given: true,
                          wrong: "no secret is named",
                          allowed: "true only with migration.secrets",
                          fix: "name the secrets in migration.secrets, or remove it",
                      },
                  ]
                : [],
        ),
    ];
}

/**
 * What a secret is for, if not for a service. RDS names the secrets of masters `rds!…`:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html. The bootstrap names the other.
 */
function ownerOf(arn: string, breakGlass: string): string | undefined {
    if (arn.startsWith("kube-")) {
        return "its namespace is the cluster's own";
    }
    const name = parseArn(arn)?.resource.slice("secret:".length) ?? "";
    if (name.startsWith("rds!")) {
        return "it is the master's, and RDS manages it";
    }
    return name.startsWith(`keyless/${breakGlass}/`) ? "it is the break-glass login's" : undefined;
}
