import { z } from "zod";
import type { DeveloperEntry } from "../components/security/developers";
import { parseRange } from "../components/network/ipv4";
import { count, list, matching, section, text, type FieldsOf } from "./fields";
import type { Problem } from "./problems";

const developer = section({
    cidr: text({
        allowed: "a single IPv4 address as a /32",
        example: "10.8.0.7/32",
        fix: "write one like 10.8.0.7/32: the developer's address in a network that reaches this one",
        wrong: (given) => {
            const prefix = parseRange(given)?.prefix;
            return prefix === 32
                ? undefined
                : prefix === undefined
                  ? "not a range of IPv4 addresses"
                  : "wider than a single address";
        },
    }).describe("The developer's address in a network that reaches this one"),
    owner: matching(/^[\w.@-]{1,64}$/, {
        allowed: "1 to 64 letters, digits and . _ @ -",
        example: "jane.doe",
        fix: "write whose address it is, like jane.doe",
        wrong: "not a valid part of a rule's description",
    }).describe("Whose address it is"),
    until: text({
        allowed: "an ISO 8601 time with a time zone",
        example: "2026-11-30T18:00:00Z",
        wrong: (given) => (timeOf(given) === undefined ? "not a time with a time zone" : undefined),
    })
        .describe("When the access ends")
        .transform((given) => new Date(timeOf(given) ?? 0).toISOString().replace(".000Z", "Z")),
} satisfies FieldsOf<DeveloperEntry>);

/**
 * Milliseconds since 1970 of a time with its zone; undefined for anything else. The engine hands a time that stands in
 * the stack's file without quotes on as Go prints it: `2026-11-30 18:00:00 +0000 UTC`.
 */
function timeOf(given: string): number | undefined {
    const iso = given.replace(/^(\S+) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) \S+$/, "$1T$2$3:$4");
    const [, day] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.exec(iso) ?? [];
    const time = day !== undefined && isDay(day) ? Date.parse(iso) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
}

/** `Date` takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
    const date = new Date(`${day}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Who reaches the database from an address of their own, for a while. */
export const developers = list(developer, "a list of developers, each with cidr, owner and until")
    .default([])
    .describe("Temporary access to the database for single IP addresses");

/** The longest that an entry may last, in days. */
export const developerDays = count(1, 36_500, "write the maximum number of days that an entry lasts, like 7")
    .default(7)
    .meta({ description: "How far ahead an `until` may lie", unit: "days" });

const loose = z.object({
    developers: z.array(z.object({ cidr: z.string(), until: z.string() }).partial().catch({})).catch([]),
    developerDays: z.number().catch(7).default(7),
});

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What is wrong with entries that are well by themselves: an address twice, or an end too far off. An end that has passed
 * is looked at later, by what the last run knew: it is how every entry ends.
 */
export function developerProblems(raw: unknown, now: number): Problem[] {
    const { developers = [], developerDays = 7 } = loose.safeParse(raw).data ?? {};
    return developers.flatMap(({ cidr, until }, index) => {
        const path = (key: string) => `access.developers[${index}].${key}`;
        const twin = developers.findIndex((other) => other.cidr === cidr);
        const problems: Problem[] = [];
        if (cidr !== undefined && twin !== index) {
            problems.push({
                path: path("cidr"),
                given: cidr,
                wrong: `access.developers[${twin}] has this address already`,
                allowed: "each address once",
                fix: "remove one of the two",
            });
        }
        const end = timeOf(until ?? "");
        if (end !== undefined && end > now + developerDays * dayMs) {
            const latest = new Date(now + developerDays * dayMs).toISOString();
            problems.push({
                path: path("until"),
                given: until,
                wrong: `more than ${developerDays} days off`,
                allowed: `up to ${latest}`,
                fix: "write an earlier end, or raise access.developerDays",
            });
        }
        return problems;
    });
}
