import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const sdk = dirname(require.resolve("@pulumi/aws/package.json"));

/** Whether the provider's schema, of which the SDK's declarations are generated, gives the type an argument `tags`. */
export function takesTags(type: string): boolean {
    const [, path = "", name] = type.split(":");
    const declarations = readFileSync(join(sdk, `${path}.d.ts`), "utf8");
    return /\n {4}tags\?:/.test(declarations.slice(declarations.indexOf(`export interface ${name}Args {`)));
}
