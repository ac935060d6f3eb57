// SPDX-License-Identifier: MIT
// A background service in a generic host, without ASP.NET: trains and evaluates a model, reports to the host's log, and stops with the host.
//   dotnet run -- --Training:Epochs 2 --Training:Folder work
using Ai8x.Flow;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.Configure<TrainingSettings>(builder.Configuration.GetSection("Training"));
builder.Services.AddHostedService<TrainingService>();
using IHost host = builder.Build();
await host.RunAsync();
return Environment.ExitCode;

/// <summary>What the service trains.</summary>
internal sealed class TrainingSettings
{
    public int Epochs { get; set; } = 2;

    public string Folder { get; set; } = "work";
}

/// <summary>Trains, evaluates in float, and lets the host end.</summary>
internal sealed class TrainingService(IOptions<TrainingSettings> settings, IHostApplicationLifetime lifetime, ILogger<TrainingService> logger) : BackgroundService
{
    private const string Dataset = "fashionmnist-sample";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The flow blocks its thread until it is done.
            await Task.Run(() => Work(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogInformation("Stopped with the host; the last complete epoch is kept.");
        }
        catch (Exception failure) when (FlowFailure.Describe(failure) is { } message)
        {
            logger.LogError("{Message}", message);
            Environment.ExitCode = 1;
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    private void Work(CancellationToken cancellation)
    {
        string folder = settings.Value.Folder;
        var training = new TrainOptions
        {
            Model = "fashionmnist_model",
            Dataset = Dataset,
            Epochs = settings.Value.Epochs,
            BatchSize = 64,
            LearningRate = 0.001f,
            ExportDirectory = Path.Combine(folder, "export"),
            LogDirectory = Path.Combine(folder, "logs"),
        };
        var observer = new HostLog(logger);
        TrainResult trained = TrainingFlow.Run(training, observer, cancellation);
        EvaluateResult evaluated = EvaluationFlow.Run(new EvaluateOptions { OnnxFile = trained.OnnxFile, Dataset = Dataset }, FlowObserver.Silent, cancellation);
        logger.LogInformation("{Correct} of {Count} test images are right", evaluated.Correct, evaluated.Count);
    }

    /// <summary>Forwards the lines of a run to the host's log.</summary>
    private sealed class HostLog(ILogger logger) : FlowObserver
    {
        public override void Line(string text) => logger.LogInformation("{Line}", text);

        public override void Progress(string stage, long done, long total, string detail)
        {
        }
    }
}
