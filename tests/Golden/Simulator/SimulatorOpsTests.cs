// SPDX-License-Identifier: MIT
using System.Text;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;

namespace Ai8x.Golden.Simulator;

/// <summary>Every golden program is either executed rightly or refused as a feature that the simulator does not execute; never wrong.</summary>
public sealed class SimulatorOpsTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryOpsProgram_PassesOrIsRefusedAsUnsupported()
    {
        GoldenFolder.Require("ops");
        var wrong = new StringBuilder();
        int passed = 0;
        var refused = new List<string>();
        foreach (string folder in GoldenFolder.Cases("ops").Concat(GoldenFolder.Cases("tf-models")))
        {
            var golden = GoldenCase.Read(folder);
            foreach (string edition in (string[])["expected", "expected-develop"])
            {
                if (!Directory.Exists(Path.Combine(folder, edition)))
                    continue;
                string name = $"{Path.GetFileName(folder)}/{edition}";
                try
                {
                    string? problem = GoldenComparison.Problem(golden, edition);
                    if (problem is null)
                        passed++;
                    else
                        wrong.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {problem}");
                }
                catch (SimulationException fault) when (fault.Fault == SimulationFault.UnsupportedFeature)
                {
                    refused.Add($"{name}: {fault.Message}");
                }
                catch (FormatException fault)
                {
                    wrong.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {fault.GetType().Name} {fault.Message}");
                }
            }
        }

        output.WriteLine($"passed {passed}, refused {refused.Count}");
        foreach (string line in refused)
            output.WriteLine(line);
        Assert.True(wrong.Length == 0, wrong.ToString());
    }
}
