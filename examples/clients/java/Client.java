// Connects with IAM to each of these hosts: `java Client pgjdbc|wrapper HOST…`. The SDK's default chain finds the
// credentials; everything else is in the environment, as in a container on AWS.
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

public class Client {
    private static final String USER = System.getenv("PGUSER");
    private static final int PORT = Integer.parseInt(System.getenv("PGPORT"));

    public static void main(String[] args) {
        for (int i = 1; i < args.length; i++) {
            String result;
            try (Connection connection = args[0].equals("wrapper") ? withWrapper(args[i]) : withPgjdbc(args[i])) {
                result = tryOut(connection);
            } catch (Exception error) {
                result = "\"error\":" + quote(String.valueOf(error.getMessage()));
            }
            System.out.println("{\"host\":" + quote(args[i]) + "," + result + "}");
        }
    }

    /** Signing is local, and a token is for one host: sign for each new connection. */
    private static Connection withPgjdbc(String host) throws SQLException {
        RdsUtilities utilities = RdsUtilities.builder()
                .region(Region.of(System.getenv("AWS_REGION")))
                .credentialsProvider(DefaultCredentialsProvider.builder().build())
                .build();
        Properties properties = properties();
        properties.put("password", utilities.generateAuthenticationToken(b -> b.hostname(host).port(PORT).username(USER)));
        return DriverManager.getConnection("jdbc:postgresql://" + address(host), properties);
    }

    /** The plugin signs, and renews the token for new connections. */
    private static Connection withWrapper(String host) throws SQLException {
        Properties properties = properties();
        properties.put("wrapperPlugins", "iam");
        // Aurora's own dialect asks for the topology with aurora_replica_status(), which only Aurora has.
        properties.put("wrapperDialect", "rds-pg");
        return DriverManager.getConnection("jdbc:aws-wrapper:postgresql://" + address(host), properties);
    }

    private static String address(String host) {
        return host + ":" + PORT + "/" + System.getenv("PGDATABASE");
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put("user", USER);
        properties.put("sslmode", "verify-full");
        properties.put("sslrootcert", System.getenv("PGSSLROOTCERT"));
        return properties;
    }

    private static String tryOut(Connection connection) throws SQLException {
        String write = "done";
        try (ResultSet rows = connection.createStatement().executeQuery("SELECT current_user::text, pg_is_in_recovery()")) {
            rows.next();
            String who = "\"user\":" + quote(rows.getString(1)) + ",\"replica\":" + rows.getBoolean(2);
            try {
                connection.createStatement().execute("CREATE TEMP TABLE attempt (id int)");
            } catch (SQLException error) {
                write = error.getSQLState();
            }
            return who + ",\"write\":" + quote(write);
        }
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ") + '"';
    }
}
