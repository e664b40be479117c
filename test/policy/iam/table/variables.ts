import { user } from "./row";
import type { Row } from "./row";

const database = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC";

function at(
    version: string | undefined,
    verdict: Row["verdict"],
    why: string,
    Resource: unknown,
    names?: readonly string[],
): Row {
    const Statement = [{ Effect: "Allow", Action: "rds-db:connect", Resource }];
    const document = version === undefined ? { Statement } : { Version: version, Statement };
    return { why, verdict, document, ...(names !== undefined && { names }) };
}

const today = "2012-10-17";
const old = "2008-10-17";

/** Policy variables, which only version 2012-10-17 supports. */
export const variables: readonly Row[] = [
    at(today, "excess", "the caller's name", `${database}/\${aws:username}`),
    at(today, "excess", "a tag of the caller", `${database}/\${aws:PrincipalTag/dbuser}`),
    at(today, "excess", "a tag with text around it", `${database}/app_\${aws:PrincipalTag/team}_ro`),
    at(today, "excess", "a tag with a default", `${database}/\${aws:PrincipalTag/team, 'shop'}`),
    at(
        today,
        "excess",
        "a tag instead of the database",
        "arn:aws:rds-db:eu-central-1:111122223333:dbuser:${aws:PrincipalTag/db}/shop",
    ),
    at(
        today,
        "excess",
        "a variable instead of the account",
        "arn:aws:rds-db:eu-central-1:${aws:PrincipalAccount}:dbuser:cluster-ABC/shop",
    ),
    at(
        today,
        "excess",
        "a variable instead of the region",
        "arn:aws:rds-db:${aws:RequestedRegion}:111122223333:dbuser:cluster-ABC/shop",
    ),
    at(today, "excess", "a variable for everything", "${aws:ResourceTag/arn}"),
    at(today, "excess", "a variable beside an exact user", [user, `${database}/\${aws:userid}`]),
    at(today, "excess", "two variables", `${database}/\${aws:username}\${aws:userid}`),
    at(today, "excess", "a variable and an asterisk", `${database}/\${aws:username}*`),
    at(today, "excess", "a variable in upper case", `${database}/\${AWS:USERNAME}`),
    at(today, "excess", "a variable with a dollar sign inside", `${database}/\${a$b}`),
    at(today, "none", "a variable in another service's ARN", "arn:aws:s3:::home/${aws:username}/*"),
    at(
        today,
        "none",
        "a variable after another type of resource",
        "arn:aws:rds-db:eu-central-1:111122223333:cluster:${aws:username}",
    ),
    at(today, "exact", "a literal asterisk", `${database}/\${*}`, [`${database}/*`]),
    at(today, "exact", "a literal question mark", `${database}/\${?}`, [`${database}/?`]),
    at(today, "exact", "a literal dollar sign", `${database}/\${$}`, [`${database}/$`]),
    at(today, "exact", "a dollar sign alone", `${database}/a$b`, [`${database}/a$b`]),
    at(today, "exact", "a dollar sign at the end", `${database}/ab$`, [`${database}/ab$`]),
    at(today, "exact", "braces without a dollar sign", `${database}/{a}`, [`${database}/{a}`]),
    at(today, "exact", "a literal dollar sign before braces", `${database}/\${$}{a}`, [`${database}/\${a}`]),
    at(today, "excess", "a literal asterisk and a real one", `${database}/\${*}*`),
    at(today, "excess", "a dollar sign and an asterisk without braces", `${database}/$*`),
    at(today, "excess", "braces around an asterisk without a dollar sign", `${database}/{*}`),
    at(today, "excess", "two asterisks in braces are a name", `${database}/\${**}`),
    at(today, "invalid", "an unterminated variable", `${database}/\${aws:username`),
    at(today, "invalid", "a variable without a name", `${database}/\${}`),
    at(old, "exact", "literal text in the old version", `${database}/\${aws:username}`, [
        `${database}/\${aws:username}`,
    ]),
    at(old, "exact", "unterminated literal text in the old version", `${database}/\${aws:username`, [
        `${database}/\${aws:username`,
    ]),
    at(old, "exact", "nameless literal text in the old version", `${database}/\${}`, [`${database}/\${}`]),
    at(old, "excess", "its asterisk is a wildcard in the old version", `${database}/\${*}`),
    at(old, "excess", "its question mark is a wildcard in the old version", `${database}/\${?}`),
    at(old, "excess", "an asterisk in the old version", `${database}/*`),
    at(old, "exact", "one user in the old version", user, [user]),
    at(undefined, "exact", "literal text without a version", `${database}/\${aws:username}`, [
        `${database}/\${aws:username}`,
    ]),
    at(undefined, "excess", "its asterisk is a wildcard without a version", `${database}/\${*}`),
    at(undefined, "exact", "one user without a version", user, [user]),
    at("2012-10-18", "invalid", "an unknown version", user),
    at("2012-10-17 ", "invalid", "a version with a space", user),
    at("", "invalid", "an empty version", user),
];
