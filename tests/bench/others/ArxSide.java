// Run by java with ARX on its class path, which nothing of ours needs: in.csv and NAME.csv of a folder, through ARX's
// local recoding under k-anonymity, to out.csv: the rows that it publishes.
import java.io.File;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.deidentifier.arx.ARXAnonymizer;
import org.deidentifier.arx.ARXConfiguration;
import org.deidentifier.arx.ARXListener;
import org.deidentifier.arx.ARXResult;
import org.deidentifier.arx.AttributeType.Hierarchy;
import org.deidentifier.arx.Data;
import org.deidentifier.arx.DataHandle;
import org.deidentifier.arx.criteria.KAnonymity;
import org.deidentifier.arx.metric.Metric;

public class ArxSide {
    /** FOLDER K STEP NAME...: STEP is the share of the records that it takes at a time. */
    public static void main(String[] said) throws Exception {
        File folder = new File(said[0]);
        double step = Double.parseDouble(said[2]);
        Data data = Data.create(new File(folder, "in.csv"), StandardCharsets.UTF_8, ';');
        for (int at = 3; at < said.length; at++) {
            List<String[]> ladders = new ArrayList<>();
            for (String line : Files.readAllLines(new File(folder, said[at] + ".csv").toPath())) {
                ladders.add(line.split(";"));
            }
            data.getDefinition().setAttributeType(said[at], Hierarchy.create(ladders));
        }
        ARXConfiguration wanted = ARXConfiguration.create();
        wanted.addPrivacyModel(new KAnonymity(Integer.parseInt(said[1])));
        wanted.setSuppressionLimit(1d);
        wanted.setQualityModel(Metric.createLossMetric(0d));
        long before = spent();
        ARXResult result = new ARXAnonymizer().anonymize(data, wanted);
        DataHandle made = result.getOutput(false);
        result.optimizeIterativeFast(made, step, 0d, new ARXListener() {
            @Override
            public void progress(double done) {
            }
        });
        double seconds = (spent() - before) / 1e9;
        try (PrintWriter out = new PrintWriter(new File(folder, "out.csv"), "UTF-8")) {
            for (int row = 0; row < made.getNumRows(); row++) {
                if (made.isOutlier(row)) {
                    continue;
                }
                StringBuilder line = new StringBuilder();
                for (int column = 0; column < made.getNumColumns(); column++) {
                    line.append(column == 0 ? "" : ";").append(made.getValue(row, column));
                }
                out.println(line);
            }
        }
        System.out.println("{\"seconds\": " + seconds + "}");
    }

    /** Nanoseconds of processor of this thread: without the compiler's and the collector's. */
    private static long spent() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
