import * as pulumi from "@pulumi/pulumi";

/** The arguments a component was constructed with: each may still be an output. */
export type Arguments = Record<string, unknown>;

/**
 * Refuses arguments that the stand-in would otherwise pass over in silence.
 * @throws InputPropertiesError naming them all
 */
export function requireKnown(type: string, args: Arguments, known: readonly string[]): void {
    const strange = Object.keys(args).filter((key) => args[key] !== undefined && !known.includes(key));
    if (strange.length > 0) {
        throw new pulumi.InputPropertiesError({
            message: `the sandbox's stand-in for ${type} does not know all of its arguments`,
            errors: strange.map((key) => ({ propertyPath: key, reason: `not among those it knows: ${known.join(", ")}` })),
        });
    }
}

/** An argument once it is known. The SDK's types already hold the program to `T`. */
export function resolved<T>(args: Arguments, key: string): pulumi.Output<T> | undefined {
    return args[key] === undefined ? undefined : (pulumi.output(args[key] as pulumi.Input<string>) as pulumi.Output<unknown> as pulumi.Output<T>);
}

/** A flag that decides which children there are: it must be plain, as the real component demands too. */
export function flag(args: Arguments, key: string, otherwise: boolean): boolean {
    const value = args[key] ?? otherwise;
    if (typeof value !== "boolean") {
        throw new pulumi.InputPropertyError({ propertyPath: key, reason: "must be true or false, known before the run" });
    }
    return value;
}
