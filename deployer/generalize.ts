/**
 * The shapes of what is generated, and what stands for them: ids that AWS generates, names that the provider generates when it creates a
 * resource, the random ends of Pulumi's autonames and the beginnings of a key's id with which names end (components/names.ts).
 */
const generated: readonly (readonly [RegExp, string])[] = [
    [/\b[a-z]{1,8}-0[0-9a-f]{16}\b/g, "*"],
    [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "*"],
    [/(?<=\/id\/)[0-9A-F]{32}\b/g, "*"],
    [/(?<=\b(?:tf|terraform)-)\d{18}[0-9a-f]{8}\b/g, "*"],
    [/\b(?:cluster|db|prx)-[0-9A-Z]{26}\b/g, "*"],
    [/\bprx-[0-9a-z]{17}\b/g, "*"],
    [/\ba-[0-9a-z]{17}\b/g, "*"],
    [/\b(?:ssoins|ps)-[0-9a-f]{16}\b/g, "*"],
    [/(?<=-)[0-9a-f]{8}\b/g, "????????"],
    [/(?<=-)[0-9a-f]{7}\b/g, "???????"],
];

/**
 * Replaces what a preview invents by wildcards.
 *
 * @param given a text with all that exists, which stays as it is: ids and names that the config contains
 * @param invented names that the sandbox made up
 */
export function generalizer(given: string, invented: readonly string[]): (text: string) => string {
    const names = invented.map((name) => [new RegExp(name, "g"), "*"] as const);
    return (text) =>
        [...generated, ...names].reduce(
            (begun, [shape, wildcard]) => begun.replace(shape, (found) => (given.includes(found) ? found : wildcard)),
            text,
        );
}
