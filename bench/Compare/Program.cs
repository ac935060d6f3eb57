// SPDX-License-Identifier: MIT
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Compare;

return Arguments.Guard(() =>
{
    switch (args)
    {
        case ["torch", ..]:
            bool separate = args.Contains("--separate");
            EngineRunner.Run(
                new Arguments([.. args.Skip(1).Where(argument => argument != "--separate")]), (model, threads) => new TorchEngine(model, ModelSamples.Training(model), threads, separate));
            break;
        case ["onnxruntime", ..]:
            EngineRunner.Run(new Arguments(args.AsSpan(1)), (model, threads) => new OnnxRuntimeEngine(model, ModelSamples.Training(model), threads));
            break;
        case ["render", ..]:
            new Comparison(new Arguments(args.AsSpan(1))).Render();
            break;
        default:
            new Comparison(new Arguments(args)).Run();
            break;
    }
});
