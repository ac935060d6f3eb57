// SPDX-License-Identifier: MIT
namespace Ai8x.Optim.Tests;

public class ScheduleTests
{
    [Fact]
    public void Plateau_WithThePublishedSettings_FollowsTheHandComputedTable()
    {
        // accuracy of the epoch, then learning rate of the next epoch and epochs waited.
        (double Accuracy, double Rate, int Wait)[] table =
        [
            (0.9000, 1e-3, 0), // the first epoch is always better
            (0.9001, 1e-3, 1), // a rise of exactly 0.0001 is not more than 0.0001 (0.9001 - 0.9 rounds to below)
            (0.9000, 1e-3, 2),
            (0.9002, 1e-3, 0), // 0.0002 above the best of 0.9
            (0.9002, 1e-3, 1),
            (0.9002, 1e-3, 2),
            (0.9002, 2e-4, 0), // third epoch of waiting
            (0.9002, 2e-4, 1),
            (0.9500, 2e-4, 0),
            (0.9400, 2e-4, 1),
            (0.9400, 2e-4, 2),
            (0.9400, 4e-5, 0),
            (0.9400, 4e-5, 1),
            (0.9400, 4e-5, 2),
            (0.9400, 1e-5, 0), // 8e-6 would be below the minimum
            (0.9400, 1e-5, 1),
            (0.9400, 1e-5, 2),
            (0.9400, 1e-5, 0),
        ];
        var schedule = new ReduceLearningRateOnPlateau();
        ScheduleState state = schedule.Start(1e-3);
        Assert.Equal(1e-3, state.LearningRate);
        for (int epoch = 0; epoch < table.Length; epoch++)
        {
            state = schedule.AfterEpoch(state, epoch, table[epoch].Accuracy);
            Assert.Equal(table[epoch].Rate, state.LearningRate, 1e-18);
            Assert.Equal(table[epoch].Wait, state.Wait);
        }
    }

    [Fact]
    public void Plateau_StartingBelowTheMinimum_NeverRaisesTheRate()
    {
        var schedule = new ReduceLearningRateOnPlateau { Patience = 1 };
        ScheduleState state = schedule.AfterEpoch(schedule.Start(5e-6), 0, 0.5);

        Assert.Equal(5e-6, schedule.AfterEpoch(state, 1, 0.5).LearningRate);
    }

    [Fact]
    public void ByEpoch_OfTheCifar10Model_ChangesAfterTheGivenEpochs()
    {
        var schedule = new LearningRateByEpoch(0.0003, (40, 0.0001), (80, 0.00005), (120, 0.00003));
        ScheduleState state = schedule.Start(0.5);
        var rates = new List<double> { state.LearningRate };
        for (int epoch = 0; epoch < 130; epoch++)
        {
            state = schedule.AfterEpoch(state, epoch, 0.1);
            rates.Add(state.LearningRate);
        }

        Assert.Equal([0.0003, 0.0003, 0.0001, 0.0001, 0.00005, 0.00005, 0.00003], new[] { 0, 40, 41, 80, 81, 120, 121 }.Select(epoch => rates[epoch]));
    }

    [Fact]
    public void ByEpoch_InWrongOrderOrNotPositive_IsRefused()
    {
        Assert.Throws<TrainingConfigurationException>(() => new LearningRateByEpoch(0.1, (5, 0.01), (5, 0.001)));
        Assert.Throws<TrainingConfigurationException>(() => new LearningRateByEpoch(0.1, (5, 0)));
    }

    [Fact]
    public void Linear_FallsByTheSameAmountAfterEveryEpoch_AndStaysBehindTheLast()
    {
        var schedule = new LinearLearningRate(0.9, 0.1, 5);
        ScheduleState state = schedule.Start(0.5);
        double[] expected = [0.9, 0.7, 0.5, 0.3, 0.1, 0.1, 0.1];
        for (int epoch = 0; epoch < expected.Length; epoch++)
        {
            Assert.Equal(expected[epoch], state.LearningRate, 1e-15);
            state = schedule.AfterEpoch(state, epoch, 0.1);
        }

        var single = new LinearLearningRate(0.9, 0.1, 1);
        Assert.Equal((0.9, 0.1), (single.Start(0.5).LearningRate, single.AfterEpoch(single.Start(0.5), 0, 0.1).LearningRate));
    }

    [Theory]
    [InlineData(0, 0.1, 5)]
    [InlineData(0.1, 0, 5)]
    [InlineData(double.NaN, 0.1, 5)]
    [InlineData(0.1, double.PositiveInfinity, 5)]
    [InlineData(0.1, 0.1, 0)]
    public void Linear_WithoutPositiveRatesOrEpochs_IsRefused(double first, double last, int epochs) =>
        Assert.Throws<TrainingConfigurationException>(() => new LinearLearningRate(first, last, epochs));

    [Fact]
    public void Constant_Stays()
    {
        var schedule = new ConstantLearningRate();

        Assert.Equal(0.25, schedule.AfterEpoch(schedule.Start(0.25), 9, 0).LearningRate);
    }
}
